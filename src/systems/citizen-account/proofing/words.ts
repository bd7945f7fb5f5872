import type { Text } from '../../../core/i18n.ts'
import type { Proofing, Seen } from '../../../kernel/identity/proofing.ts'

/** What people call the documents that a counter takes. */
export const documentNames: Readonly<Record<Seen['document'], Text>> = {
  'id-card': { zh: '國民身分證', en: 'National identity card' },
  passport: { zh: '護照', en: 'Passport' },
  'residence-permit': { zh: '居留證', en: 'Residence permit' },
  'health-card': { zh: '健保卡', en: 'Health insurance card' },
  'driving-licence': { zh: '駕駛執照', en: 'Driving licence' },
}

/** What each identity level means. */
export const levelWords: Readonly<Record<1 | 2 | 3, Text>> = {
  1: { zh: '第一級：自己填的，還沒有查驗', en: 'Level 1: as you gave it, not checked' },
  2: { zh: '第二級：已在服務台查驗', en: 'Level 2: checked at a counter' },
  3: { zh: '第三級：已用自然人憑證查驗', en: 'Level 3: checked by certificate' },
}

/** How it was made sure. */
export const howWords: Readonly<Record<Proofing['how'], Text>> = {
  certificate: { zh: '自然人憑證', en: 'Citizen Digital Certificate' },
  counter: { zh: '服務台', en: 'Counter' },
}

/** Where a check stands. */
export function stateOf({ at, ended_why }: Pick<Proofing, 'at' | 'ended_why'>): Text {
  if (ended_why === 'replaced') return { zh: '已由更新的查驗取代', en: 'Replaced by a newer check' }
  if (ended_why === 'declined') return { zh: '複核沒有通過', en: 'Not confirmed' }
  if (ended_why === 'late') return { zh: '沒有完成', en: 'Not completed' }
  return at ? { zh: '有效', en: 'In force' } : { zh: '等待複核', en: 'Waits for a second look' }
}

/** Whether a check was a document at a counter. */
export const isSeen = (evidence: Proofing['evidence']): evidence is Seen => 'document' in evidence
