import type { Intent } from './pack.ts'

/** What the link of an intent says. */
export const doors = {
  dispatch: { zh: '通報這件事', en: 'Report this' },
  petition: { zh: '提出陳情', en: 'Write a petition' },
  'legal-aid': { zh: '預約法律諮詢', en: 'Book legal advice' },
  follow: { zh: '查案件進度', en: 'Follow my case' },
}

/** What an intent leads to, with what is known already. */
export type Door = {
  readonly intent?: Intent | null
  readonly item?: string | null
  /** The day wished for, `YYYY-MM-DD`. */
  readonly date?: string | null
}

/** The address of the form that an intent opens; `via` is the conversation it came from. */
export function doorOf({ intent, item, date }: Door, via: string | null = null): string | null {
  const query = (given: Record<string, string | null | undefined>) => {
    const known = Object.entries(given).filter((pair): pair is [string, string] => !!pair[1])
    return known.length > 0 ? `?${new URLSearchParams(known)}` : ''
  }
  if (intent === 'dispatch') return `/report${query({ item, via })}`
  if (intent === 'petition') return `/petition${query({ via })}`
  if (intent === 'legal-aid') return `/legal-aid${query({ date, via })}`
  return intent === 'follow' ? '/follow' : null
}
