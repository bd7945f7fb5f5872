import type { Text } from '../../core/i18n.ts'
import type { Article } from './articles.ts'

/** One changed text: what stayed at both ends, what went, what came. */
export type Change = {
  readonly label: Text
  readonly before: string
  readonly gone: string
  readonly come: string
  readonly after: string
}

const fields: readonly { label: Text; of: (article: Article) => string }[] = [
  { label: { zh: '問題（中文）', en: 'Question (Chinese)' }, of: ({ question }) => question.zh },
  { label: { zh: '問題（英文）', en: 'Question (English)' }, of: ({ question }) => question.en },
  { label: { zh: '答案（中文）', en: 'Answer (Chinese)' }, of: ({ answer }) => answer.zh },
  { label: { zh: '答案（英文）', en: 'Answer (English)' }, of: ({ answer }) => answer.en },
  { label: { zh: '其他說法', en: 'Other phrasings' }, of: ({ variants }) => variants.join('、') },
  { label: { zh: '連結', en: 'Links' }, of: ({ links }) => links.map((l) => l.href).join(' ') },
  { label: { zh: '機關', en: 'Agency' }, of: ({ agency }) => agency },
  { label: { zh: '複審日', en: 'Reviewed' }, of: ({ reviewed }) => reviewed },
  { label: { zh: '下次複審', en: 'Review by' }, of: ({ reviewBy }) => reviewBy },
]

/** What a version changed against the one before it. */
export const changesBetween = (older: Article, newer: Article): Change[] =>
  fields.flatMap(({ label, of }) => {
    const [from, to] = [of(older), of(newer)]
    return from === to ? [] : [{ label, ...difference(from, to) }]
  })

/** The middle that differs, between the longest equal beginning and the longest equal end. */
export function difference(from: string, to: string): Omit<Change, 'label'> {
  const [a, b] = [[...from], [...to]]
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start++
  let end = 0
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return {
    before: a.slice(0, start).join(''),
    gone: a.slice(start, a.length - end).join(''),
    come: b.slice(start, b.length - end).join(''),
    after: a.slice(a.length - end).join(''),
  }
}
