/* How the search of the manual ranks pages; Sphinx includes this file in its own (html_search_scorer).
 *
 * Sphinx lists the pages that have all words of a question, wherever they stand. A newcomer's question has words that the
 * right page does not have, so here each word counts by how rare it is, and by where a page has it: in its title, in its
 * search words (search_words.toml), in a heading, in its text. A page that has more of the words comes first.
 */
"use strict";

const WEIGHTS = { text: 1, heading: 2, words: 5, title: 5 };
const TERM = 20; // for the glossary, where a question has the words of one of its terms and no others
// Words of questions that are about no page in particular; Sphinx's own list has those that are about nothing.
const ASKING = new Set(["mean", "get", "need", "want", "happen", "use", "possibl", "anyth", "everyth", "someth", "much", "one", "like", "way"]);

var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

/** Return the stems of a text, as the index has them. */
function stemsOf(text, stemmer) {
  const words = splitQuery(text.toLowerCase()).filter((word) => !stopwords.has(word));
  return words.map((word) => stemmer.stemWord(word));
}

/** Return for each stem the pages that have it at a place: a Map of Sets. */
function pagesByStem(pairs) {
  const found = new Map();
  for (const [stem, page] of pairs) {
    if (!found.has(stem)) found.set(stem, new Set());
    found.get(stem).add(page);
  }
  return found;
}

function* titlePairs(index, stemmer) {
  for (const [page, title] of index.titles.entries())
    for (const stem of stemsOf(title, stemmer)) yield [stem, page];
}

/** Yield the search words of pages, and the words of their names: `retention` is the page on what is kept. */
function* searchWordPairs(index, stemmer) {
  for (const [page, name] of index.docnames.entries())
    for (const stem of stemsOf(name, stemmer)) yield [stem, page];
  for (const [entry, places] of Object.entries(index.indexentries))
    for (const stem of stemsOf(entry, stemmer))
      for (const [page, , isTerm] of places) if (!isTerm) yield [stem, page]; // a glossary has terms of all pages
}

/** Return the pages of a glossary that have a term of exactly these stems. */
function pagesOfTerm(index, words, stemmer) {
  const found = new Set();
  for (const [entry, places] of Object.entries(index.indexentries)) {
    const stems = new Set(stemsOf(entry, stemmer));
    if (stems.size === words.length && words.every((word) => stems.has(word)))
      for (const [page, , isTerm] of places) if (isTerm) found.add(page);
  }
  return found;
}

function pagesOf(terms, stem) {
  if (!Object.hasOwn(terms, stem)) return [];
  return Array.isArray(terms[stem]) ? terms[stem] : [terms[stem]];
}

/** Return the stems of an index that a word means: itself, or those that begin with it. */
function meant(stem, known) {
  if (known.has(stem) || stem.length < 4) return [stem];
  return [...known].filter((each) => each.startsWith(stem));
}

/** Return the results of a search: [page, title, anchor, description, score, file, kind], as Sphinx sorts and shows them. */
function ranked(searchTerms) {
  const index = Search._index;
  const stemmer = new Stemmer();
  const places = {
    text: { get: (stem) => pagesOf(index.terms, stem) },
    heading: { get: (stem) => pagesOf(index.titleterms, stem) },
    words: pagesByStem(searchWordPairs(index, stemmer)),
    title: pagesByStem(titlePairs(index, stemmer)),
  };
  const known = new Set([...Object.keys(index.terms), ...Object.keys(index.titleterms), ...places.words.keys()]);
  const pages = index.docnames.length;
  const scores = new Map();
  const matches = new Map();
  const telling = [...searchTerms].filter((word) => !ASKING.has(word));
  const words = telling.length ? telling : [...searchTerms];
  if (!words.length) return [];
  for (const word of words) {
    const best = new Map(); // page → weight of the best place of this word
    for (const stem of meant(word, known))
      for (const [name, weight] of Object.entries(WEIGHTS))
        for (const page of places[name].get(stem) ?? []) best.set(page, (best.get(page) ?? 0) + weight);
    const rarity = Math.log(1 + (pages - best.size + 0.5) / (best.size + 0.5));
    for (const [page, weight] of best) {
      scores.set(page, (scores.get(page) ?? 0) + rarity * Math.min(weight, WEIGHTS.title + WEIGHTS.heading));
      matches.set(page, (matches.get(page) ?? 0) + 1);
    }
  }
  for (const page of pagesOfTerm(index, words, stemmer)) scores.set(page, (scores.get(page) ?? 0) + TERM);
  return [...scores].map(([page, score]) => {
    const share = matches.get(page) / words.length;
    return [index.docnames[page], index.titles[page], "", null, 10 * score * share, index.filenames[page], "text"];
  });
}

// Search is defined in another file of Sphinx, before or after this one as its version has it, and begins to search when the
// page is complete.
const ranksPages = () => (Search.performTermsSearch = ranked);
if (typeof Search === "undefined") document.addEventListener("DOMContentLoaded", ranksPages, { capture: true });
else ranksPages();
