import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'
import { type Transition, transition } from './define.ts'
import type { DeskSteps } from './desk-steps.ts'
import { choice, days, reason, text } from './fields.ts'
import type { CaseRow } from './file.ts'

/** An extension is asked by the officer, approved by another with the notice, or declined. */
export function extensionSteps({
  kind,
  extension,
}: DeskSteps): Readonly<Record<string, Transition>> {
  if (!extension) return {}
  const { clock, most } = extension
  const letter = (no: string): Text => ({ zh: `${no} 展期`, en: `${no}: more time` })
  return {
    'ask-extension': transition({
      title: { zh: '申請展期', en: 'Ask for more time' },
      internal: true,
      when: ({ pending }) => pending === null,
      hint: { zh: '經主管核准並通知民眾後才生效。', en: 'Counts once approved and notified.' },
      from: 'open',
      by: `${kind}.work`,
      input: Type.Object({
        days: days(most, '展延天數', 'Days more'),
        note: reason({ zh: '為什麼需要更多時間。', en: 'Why more time is needed.' }),
      }),
      refuse: (file, input) => {
        const used = file.clocks.find((one) => one.kind === clock)?.extended ?? 0
        if (used + input.days <= most) return undefined
        return new Refused(
          'case.extension',
          422,
          { zh: `展期合計最多 ${most} 天。`, en: `At most ${most} days in all.` },
          { days: { zh: `最多還能展 ${most - used} 天。`, en: `At most ${most - used} more.` } },
        )
      },
      patch: (_, input, { actor }) => ({
        pending: { step: 'extend', days: input.days, by: actor },
      }),
      data: (input) => ({ days: input.days }),
      sentence: (data) => ({
        zh: `承辦人申請展期 ${text(data.days)} 天，等主管核准。`,
        en: `${text(data.days)} more days were asked for.`,
      }),
    }),
    extend: transition({
      title: { zh: '核准展期並通知', en: 'Approve more time, with notice' },
      from: 'open',
      when: ({ pending }) => pending !== null,
      primary: true,
      by: `${kind}.approve`,
      input: Type.Object({
        statement: reason({ zh: '民眾會收到這段說明。', en: 'The person gets these words.' }),
        noticeBy,
      }),
      refuse: (file, input, { actor }) => refuseExtension(file, String(input.noticeBy), actor),
      patch: () => ({ pending: null }),
      clocks: (file) => [{ extend: clock, by: file.row.pending?.days ?? 0 }],
      data: (input) => ({ notice: String(input.noticeBy) }),
      sentence: () => ({
        zh: '展期經核准，並通知民眾。',
        en: 'More time was approved, with notice.',
      }),
      tell: (file, input) => ({
        subject: letter(file.row.no),
        body: { zh: input.statement, en: input.statement },
      }),
    }),
    'decline-extension': transition({
      title: { zh: '不核准展期', en: 'Decline more time' },
      internal: true,
      from: 'open',
      when: ({ pending }) => pending !== null,
      by: `${kind}.approve`,
      input: Type.Object({ note: reason() }),
      refuse: (file) => (file.row.pending ? undefined : nothingAsked()),
      patch: () => ({ pending: null }),
      sentence: () => ({ zh: '展期申請未獲核准。', en: 'More time was declined.' }),
    }),
  }
}

const nothingAsked = () =>
  new Refused('case.nothing-asked', 409, {
    zh: '沒有待核准的展期申請。',
    en: 'No extension was asked for.',
  })

/** How the person was told of it: without the notice the clock does not move. */
const noticeBy = choice('通知方式', 'Told by', {
  email: { zh: '電子郵件', en: 'E-mail' },
  letter: { zh: '已寄出書面', en: 'A letter was sent' },
  phone: { zh: '已電話告知', en: 'Told by telephone' },
})

function refuseExtension(
  file: { readonly row: CaseRow; readonly party: { email: string | null } | null },
  by: string,
  actor: string,
): Refused | undefined {
  const { pending } = file.row
  if (!pending) return nothingAsked()
  if (pending.by === actor)
    return new Refused('case.same-person', 409, {
      zh: '申請的人不能自己核准。',
      en: 'Who asked cannot approve it.',
    })
  if (by !== 'email' || file.party?.email) return undefined
  const problem = {
    zh: '這位民眾沒有電子郵件，請選其他通知方式。',
    en: 'This person has no e-mail address; choose another way.',
  }
  return new Refused('case.no-notice', 422, problem, { noticeBy: problem })
}
