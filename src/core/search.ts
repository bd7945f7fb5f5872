/**
 * The bigrams of a text for search: NFKC, lower case, 臺 as 台, every two neighbouring letters or
 * characters. Chinese needs no dictionary this way. Stored in a `text[]` column with a GIN index;
 * a query matches rows that hold all of its bigrams (`grams @> $1`).
 */
export function bigrams(text: string): string[] {
  const line = text
    .replaceAll('臺', '台')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{Alphabetic}\p{Number}\u3400-\u9fff]+/gu, ' ')
  const grams = new Set<string>()
  for (const part of line.split(' ')) {
    const letters = [...part]
    if (letters.length === 1) grams.add(part)
    for (let i = 0; i + 1 < letters.length; i++) grams.add(`${letters[i]}${letters[i + 1]}`)
  }
  return [...grams]
}
