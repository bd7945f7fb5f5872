import { Refused } from '../../core/errors.ts'
import type { Client } from './keys.ts'

const minute = 60_000
const posts = new Map<string, number[]>()

/**
 * Counts a post of a client and refuses it when the client made too many within the last minute.
 * Each process counts for itself: with several, a client may make as many in each.
 */
export function keepPace({ id, perMinute }: Client, now: number): void {
  const recent = (posts.get(id) ?? []).filter((at) => at > now - minute)
  if (recent.length >= perMinute)
    throw new Refused('open311.pace', 403, {
      zh: `api_key：每分鐘最多 ${perMinute} 筆，請稍後再送。`,
      en: `api_key: ${perMinute} posts a minute at most; send it again later.`,
    })
  posts.set(id, [...recent, now])
}
