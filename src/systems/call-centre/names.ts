import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'
import { callCentrePack } from './pack.ts'
import type { OperatorState } from './states.ts'

const named = (all: readonly { code: string; name: Text }[], code: string): Text =>
  all.find((one) => one.code === code)?.name ?? { zh: code, en: code }

/** What a queue is called. */
export const queueName = (city: City, code: string): Text =>
  code === '' ? { zh: '未分組', en: 'No queue' } : named(callCentrePack(city).queues, code)

/** What a result code means. */
export const resultName = (city: City, code: string): Text =>
  named(callCentrePack(city).results, code)

/** Why an operator is away. */
export const breakName = (city: City, code: string): Text =>
  named(callCentrePack(city).breaks, code)

/** How an operator stands, in words. */
export const stateNames: Readonly<Record<OperatorState, Text>> = {
  available: { zh: '值機中', en: 'Available' },
  'wrap-up': { zh: '話後處理', en: 'Wrapping up' },
  break: { zh: '離席', en: 'On a break' },
  offline: { zh: '離線', en: 'Offline' },
}

/** What became of a call, in words. */
export const outcomeNames: Readonly<Record<string, Text>> = {
  ringing: { zh: '響鈴中', en: 'Ringing' },
  answered: { zh: '已接', en: 'Answered' },
  abandoned: { zh: '未接，來電者掛斷', en: 'Abandoned' },
  overflowed: { zh: '滿線', en: 'No line free' },
}
