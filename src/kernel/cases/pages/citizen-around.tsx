import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { pick } from '../../../core/i18n.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { View } from '../../../web/view.ts'
import type { CaseType, Names } from '../define.ts'
import { type Related, relatedCases } from '../parts.ts'

/** What the reporter sees around a case: its parts, and the survey when it was drawn. */
export async function readCitizenAround(ctx: Ctx, id: string) {
  return {
    related: await relatedCases(ctx, id),
    asked: await row(
      ctx.db,
      sql<{ answered: boolean }>`select answered_at is not null as answered from cases.survey
        where case_id = ${id}`,
    ),
  }
}

type PartsProps = {
  view: View
  type: CaseType
  names: Names
  related: readonly Related[]
}

/** The parts into which one letter was split, or the case that goes on for both. */
export const Parts = ({ view, type, names, related }: PartsProps) => {
  const shown = related.filter(({ how }) => how !== 'merged')
  if (shown.length === 0) return null
  return (
    <section>
      <h2>{view.t('相關案件', 'Related cases')}</h2>
      <ul class="plain">
        {shown.map((one) => (
          <li key={one.no}>
            {one.no} {pick(names.item(one.item), view.locale)}
            {view.t('：', ': ')}
            {pick(type.states[one.state]?.title ?? { zh: one.state, en: one.state }, view.locale)}
            {view.t('（', ' (')}
            {pick(names.agency(one.agency), view.locale)}
            {view.t('）', ')')}
          </li>
        ))}
      </ul>
    </section>
  )
}

const scores = [
  { value: '5', label: { zh: '非常滿意', en: 'Very good' } },
  { value: '4', label: { zh: '滿意', en: 'Good' } },
  { value: '3', label: { zh: '普通', en: 'Fair' } },
  { value: '2', label: { zh: '不滿意', en: 'Bad' } },
  { value: '1', label: { zh: '非常不滿意', en: 'Very bad' } },
]

const surveySchema: ObjectSchema = {
  properties: {
    score: {
      type: 'string',
      widget: 'radio',
      options: scores,
      title: { zh: '您對這次的處理滿意嗎？', en: 'How well was it handled?' },
    },
    words: {
      type: 'string',
      maxLength: 1000,
      widget: 'textarea',
      title: { zh: '還想說什麼（可不填）', en: 'Anything else, if you like' },
    },
  },
  required: ['score'],
}

/** One question, for who was drawn and has not answered. */
export const Survey = ({ view, no }: { view: View; no: string }) => (
  <section class="card">
    <h2>{view.t('一題就好', 'One question')}</h2>
    <p class="soft">
      {view.t('您的案件是隨機抽中的；回答不會影響案件。', 'Drawn at random; it changes nothing.')}
    </p>
    <Form view={view} action={`/follow/${no}/survey`}>
      <Fields view={view} schema={surveySchema} values={{}} errors={{}} form="survey" />
      <Buttons>
        <Button>{view.t('送出', 'Send')}</Button>
      </Buttons>
    </Form>
  </section>
)
