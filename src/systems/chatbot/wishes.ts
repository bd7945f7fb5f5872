import { isoDate } from '../../core/format.ts'

/** Whether someone asks for a person rather than for an answer. */
export const wantsPerson = (text: string): boolean =>
  /真人|專人|人工客服|客服人員|(找|跟|和|轉|接)[^，。]{0,3}(人工|客服|人員)/u.test(text) ||
  /\b(talk|speak)\b.*\b(person|human|someone|operator|agent)\b|\breal person\b/i.test(text)

/** Whether a text only greets or thanks, and so asks nothing. */
export const isGreeting = (text: string): boolean =>
  /^(你好|您好|哈囉|嗨|早安|午安|晚安|謝謝你?|感謝|hi|hello|hey|thanks?( you)?|有人在嗎)$/i.test(
    text
      .normalize('NFKC')
      .replace(/[^\p{L}\p{N} ]/gu, '')
      .trim(),
  )

const weekdays = '一二三四五六日'
const english = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/**
 * The day that someone wishes to see a lawyer, `YYYY-MM-DD`: 星期二找律師 is the next Tuesday, today
 * excluded; 下週二 the one of the next week. `any` when no day is named, null when no lawyer is
 * wished for.
 */
export function lawyerWish(text: string, now: Date): string | 'any' | null {
  if (!/律師|法律諮詢|法律扶助|\blawyer|\blegal (aid|advice)/iu.test(text)) return null
  const day = namedWeekday(text)
  if (day === null) return /明天|tomorrow/i.test(text) ? addDays(now, 1) : 'any'
  const today = (new Date(`${isoDate(now)}T00:00:00Z`).getUTCDay() + 6) % 7
  if (/下(個)?(週|周|星期|禮拜)|\bnext week/iu.test(text)) return addDays(now, 7 - today + day)
  return addDays(now, ((day - today + 6) % 7) + 1)
}

/** 0 is Monday; null when none is named. */
function namedWeekday(text: string): number | null {
  const zh = /(?:週|周|星期|禮拜)([一二三四五六日天])/u.exec(text)?.[1]
  if (zh) return weekdays.indexOf(zh === '天' ? '日' : zh)
  const en = /\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b/i.exec(text)?.[1]
  return en ? english.indexOf(en.slice(0, 3).toLowerCase()) : null
}

const addDays = (from: Date, days: number): string => isoDate(new Date(+from + days * 86_400_000))
