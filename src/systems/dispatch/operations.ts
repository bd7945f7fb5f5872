import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { invalid } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { contactFields, partyOf } from '../../kernel/cases/contact.ts'
import { openCase } from '../../kernel/cases/open.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { answerProblems, cleanAnswers } from '../../kernel/forms/answers.ts'
import { dispatchCase } from './dispatch.ts'
import { dispatchPack } from './items.ts'

export const reportInput = Type.Object({
  item: Type.String({ maxLength: 60, description: 'a code of GET /open311/v2/services.json' }),
  body: Type.String({ maxLength: 4000, default: '', description: 'what is wrong' }),
  place: Type.String({ maxLength: 300, default: '', description: 'address or landmark' }),
  district: Type.Optional(Type.String({ maxLength: 12 })),
  lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
  lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
  answers: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  photos: Type.Array(Type.String(), { maxItems: 5, default: [] }),
  via: Type.Optional(Type.String({ maxLength: 40, description: 'the call or chat it came from' })),
  ...contactFields,
})

const opened = Type.Object({ no: Type.String(), code: Type.String(), id: Type.String() })

/** A citizen reports a repairable fault. Returns the number and the follow-up code. Figure F067. */
export const report = operation({
  name: 'dispatch.report',
  title: { zh: '通報需要修理的地方', en: 'Report a fault' },
  permission: 'public',
  input: reportInput,
  output: opened,
  run: (ctx, input) => file(ctx, input, 'web'),
})

/** An operator reports for a caller, or a counter for a visitor. */
export const reportFor = operation({
  name: 'dispatch.report-for',
  title: { zh: '代民眾通報', en: 'Report for someone' },
  permission: 'dispatch.file-for',
  input: Type.Object({
    ...reportInput.properties,
    channel: Type.Union(
      ['phone', 'counter', 'app', 'letter', 'fax'].map((value) => Type.Literal(value)),
    ),
  }),
  output: opened,
  run: (ctx, input) => file(ctx, input, input.channel),
})

/** Files a report that came by any channel; protocols call it too. */
export async function file(ctx: Ctx, input: Static<typeof reportInput>, channel: string) {
  const item = dispatchPack(ctx.city).items.find(({ code }) => code === input.item)
  if (!item) throw invalid({ item: { zh: '請選一個項目。', en: 'Choose what is broken.' } })
  const answers = cleanAnswers(item.attributes, input.answers as Record<string, Json>)
  const problems = answerProblems(item.attributes, answers)
  if (Object.keys(problems).length > 0) throw invalid(problems)
  if (input.lat === undefined && input.place.trim() === '')
    throw invalid({
      place: {
        zh: '請在地圖上點位置，或寫地址、路口、地標。',
        en: 'Put the pin on the map, or write an address, a crossing or a landmark.',
      },
    })
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
