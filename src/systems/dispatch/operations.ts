import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { invalid } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { partyOf } from '../../kernel/cases/contact.ts'
import { channelOf, intakeFields, needPlace, openedCase } from '../../kernel/cases/intake.ts'
import { openCase } from '../../kernel/cases/open.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { answerProblems, cleanAnswers } from '../../kernel/forms/answers.ts'
import { dispatchCase } from './dispatch.ts'
import { dispatchPack } from './items.ts'

export const reportInput = Type.Object({
  item: Type.String({ maxLength: 60, description: 'a code of GET /open311/v2/services.json' }),
  body: Type.String({ maxLength: 4000, default: '', description: 'what is wrong' }),
  answers: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  ...intakeFields,
})

/** A citizen reports a repairable fault. Returns the number and the follow-up code. Figure F067. */
export const report = operation({
  name: 'dispatch.report',
  title: { zh: '通報需要修理的地方', en: 'Report a fault' },
  permission: 'public',
  input: reportInput,
  output: openedCase,
  run: (ctx, input) => file(ctx, input, 'web'),
})

/** An operator reports for a caller, or a counter for a visitor. */
export const reportFor = operation({
  name: 'dispatch.report-for',
  title: { zh: '代民眾通報', en: 'Report for someone' },
  permission: 'dispatch.file-for',
  input: Type.Object({
    ...reportInput.properties,
    channel: channelOf(),
  }),
  output: openedCase,
  run: (ctx, input) => file(ctx, input, input.channel),
})

/** Files a report that came by any channel; protocols call it too. */
export async function file(ctx: Ctx, input: Static<typeof reportInput>, channel: string) {
  const item = dispatchPack(ctx.city).items.find(({ code }) => code === input.item)
  if (!item) throw invalid({ item: { zh: '請選一個項目。', en: 'Choose what is broken.' } })
  const answers = cleanAnswers(item.attributes, input.answers as Record<string, Json>)
  const problems = answerProblems(item.attributes, answers)
  if (Object.keys(problems).length > 0) throw invalid(problems)
  needPlace(input)
  const district = cityPlaces(ctx.city).districts.find(({ code }) => code === input.district)
  const where = input.place.trim() || district?.name.zh || ''
  return openCase(
    ctx,
    dispatchCase,
    {
      ...input,
      answers,
      channel,
      subject: [item.name.zh, where].filter(Boolean).join(' · ').slice(0, 200),
      party: partyOf(input, ctx.locale),
    },
    (no, code) => ({
      subject: { zh: `收到您的通報 ${no}`, en: `We have your report ${no}` },
      body: {
        zh: `謝謝您通報「${item.name.zh}」。\n案號 ${no},查詢碼 ${code}。請勿把查詢碼給別人。`,
        en: `Thank you for reporting “${item.name.en}”.\nNumber ${no}, code ${code}. Keep it.`,
      },
    }),
  )
}
