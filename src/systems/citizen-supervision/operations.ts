import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { invalid } from '../../core/errors.ts'
import { operation } from '../../core/operation.ts'
import { partyOf } from '../../kernel/cases/contact.ts'
import { channelOf, intakeFields, needPlace, openedCase } from '../../kernel/cases/intake.ts'
import { openCase } from '../../kernel/cases/open.ts'
import { supervisionItems } from './items.ts'
import { supervisionCase } from './supervision.ts'

export const reportInput = Type.Object({
  item: Type.String({ maxLength: 60, description: 'a code of the pack: road-excavation, …' }),
  body: Type.String({ minLength: 5, maxLength: 4000, description: 'what is wrong at the work' }),
  work: Type.String({
    maxLength: 200,
    default: '',
    description: 'name of the work, as on its board',
  }),
  ...intakeFields,
})

/** A citizen reports a public work. Returns the number and the follow-up code. Figure F058. */
export const reportWork = operation({
  name: 'supervision.report',
  title: { zh: '通報公共工程', en: 'Report a public work' },
  permission: 'public',
  input: reportInput,
  output: openedCase,
  run: (ctx, input) => file(ctx, input, 'web'),
})

/** An operator reports for a caller, or a counter for a visitor. */
export const reportWorkFor = operation({
  name: 'supervision.report-for',
  title: { zh: '代民眾通報公共工程', en: 'Report a public work for someone' },
  permission: 'supervision.file-for',
  input: Type.Object({
    ...reportInput.properties,
    channel: channelOf(),
  }),
  output: openedCase,
  run: (ctx, input) => file(ctx, input, input.channel),
})

function file(ctx: Ctx, input: Static<typeof reportInput>, channel: string) {
  const item = supervisionItems(ctx.city).find(({ code }) => code === input.item)
  if (!item) throw invalid({ item: { zh: '請選一個項目。', en: 'Choose a kind.' } })
  needPlace(input)
  const { work, ...rest } = input
  const about = [item.name.zh, work.trim() || input.place.trim()]
  return openCase(
    ctx,
    supervisionCase,
    {
      ...rest,
      answers: work.trim() ? { work: work.trim() } : {},
      channel,
      subject: about.filter(Boolean).join(' · ').slice(0, 200),
      party: partyOf(input, ctx.locale),
    },
    (no, code) => ({
      subject: { zh: `收到您的督工通報 ${no}`, en: `We have your report ${no}` },
      body: {
        zh: `謝謝您通報「${item.name.zh}」。\n案號 ${no}，查詢碼 ${code}。請勿把查詢碼給別人。`,
        en: `Thank you for reporting “${item.name.en}”.\nNumber ${no}, code ${code}. Keep it.`,
      },
    }),
  )
}
