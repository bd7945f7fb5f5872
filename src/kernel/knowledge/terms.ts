/** Groups of words that mean the same in this city: 路燈 and 街燈. */
export type Synonyms = readonly (readonly string[])[]

/** Turns a text into terms; made once for a table of synonyms. */
export type Reader = (text: string) => string[]

/**
 * Reads a text as the terms of the index: every Han character and every two neighbours, and every
 * other word as it is. Chinese needs no dictionary this way. Words of one group of synonyms become
 * the first of the group, on both sides of a search; the longest word is replaced first.
 */
export function makeReader(synonyms: Synonyms): Reader {
  const first = new Map(
    synonyms.flatMap((group) => group.map((word) => [plain(word), plain(group[0]!)] as const)),
  )
  const words = [...first.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const pattern = words.length > 0 ? new RegExp(words.map(bounded).join('|'), 'gu') : null
  return (text) => {
    const line = plain(text)
    return gramsOf(pattern ? line.replace(pattern, (word) => first.get(word)!) : line)
  }
}

/** NFKC, lower case, 臺 as 台: so that full-width letters and both forms of a character meet. */
export const plain = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replaceAll('臺', '台')

const han = /^\p{Script=Han}/u
const runs = /\p{Script=Han}+|[\p{Alphabetic}\p{Number}]+/gu

function gramsOf(line: string): string[] {
  return (line.replace(/(\p{Script=Han}+)/gu, ' $1 ').match(runs) ?? []).flatMap((run) => {
    if (!han.test(run)) return [run]
    const letters = [...run]
    return [...letters, ...letters.slice(1).map((letter, i) => `${letters[i]}${letter}`)]
  })
}

/** Whether a term is one Han character; such terms say less than a pair. */
export const isSingle = (term: string): boolean => han.test(term) && [...term].length === 1

const bounded = (word: string): string => {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  // A Latin word is replaced only where it stands alone: `tra` is not in `transport`.
  return han.test(word) ? escaped : `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`
}
