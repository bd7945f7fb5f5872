import type { VNode } from 'preact'
import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import { pick, type Text } from '../../core/i18n.ts'
import type { Operation } from '../../core/operation.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { Breadcrumbs, Notice } from '../../web/components/words.tsx'
import { asks, type ObjectSchema } from '../../web/fields.ts'
import type { Answer, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import type { View } from '../../web/view.ts'
import { correctReport, freezeReport } from './operations.ts'

type Kind = 'freeze' | 'correct'

type Publishing = Operation<never, { readonly version: number }>

/** `POST /reports/:period/freeze`: the first version. */
export const freezePage = (visit: Visit): Promise<Answer> => publish(visit, 'freeze')

/** `POST /reports/:period/correct`: 勘誤, a new version with its reason. */
export const correctPage = (visit: Visit): Promise<Answer> => publish(visit, 'correct')

async function publish(visit: Visit, kind: Kind): Promise<Answer> {
  const { view, form, params } = visit
  const period = params.period ?? ''
  const given = { asOf: form.get('asOf'), reason: form.get('reason') }
  const input = {
    period,
    ...(given.asOf && { asOf: instantOf(given.asOf) }),
    ...(kind === 'correct' && { reason: given.reason }),
  }
  try {
    const op = kind === 'freeze' ? freezeReport : correctReport
    const { version } = await visit.perform(op as unknown as Publishing, input)
    const flash = { zh: `已發布第 ${version} 版。`, en: `Version ${version} is published.` }
    return { to: `/reports/${period}?version=${version}`, flash }
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 403) throw error
    const label = { zh: `${period} 工作報告`, en: `Council report ${period}` }
    const page = (
      <Page view={view} title={pick(titles[kind], view.locale)}>
        <Breadcrumbs view={view} items={[{ href: `/reports/${period}`, label }]} />
        <h1>{pick(titles[kind], view.locale)}</h1>
        <Refusal view={view} refused={error} />
        <EditorForm view={view} period={period} kind={kind} values={given} errors={error.fields} />
      </Page>
    )
    return { page, status: error.status }
  }
}

/** What was typed as the city's wall clock has it: `2021-01-10T00:00`. */
const instantOf = (local: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(local) ? `${local}+08:00` : local

const titles = {
  freeze: { zh: '凍結這一期', en: 'Freeze this report' },
  correct: { zh: '勘誤：發布新版本', en: 'Correct: publish a new version' },
} as const satisfies Record<Kind, Text>

const Refusal = ({ view, refused }: { view: View; refused: Refused }): VNode | null =>
  Object.keys(refused.fields).length > 0 ? (
    <ErrorSummary view={view} errors={refused.fields} />
  ) : (
    <Notice tone="late" title={view.t(refused.text.zh, refused.text.en)} />
  )

/** The form by which editors freeze or correct; it comes back with what was typed. */
export const EditorForm = (props: {
  view: View
  period: string
  kind: Kind
  values?: Values
  errors?: Errors
}): VNode => {
  const { view, period, kind, values = {}, errors = {} } = props
  return (
    <Form view={view} action={`/reports/${period}/${kind}`}>
      <p>
        {kind === 'freeze'
          ? view.t(
              '凍結會保存每個數字與背後的每一筆紀錄，之後不能修改，只能發布更正版本。',
              'Every figure is kept with its rows; later versions may correct it.',
            )
          : view.t(
              '更正會依現在的紀錄重新計算並發布新版本；先前的版本原樣保留。',
              'A new version is computed from the records; earlier ones stay.',
            )}
      </p>
      <Fields view={view} schema={schemas[kind]} values={values} errors={errors} />
      <Buttons>
        <Button look="primary">{pick(titles[kind], view.locale)}</Button>
      </Buttons>
    </Form>
  )
}

const asOf = Type.Optional(
  Type.String(
    asks({
      title: { zh: '資料截至', en: 'As recorded by' },
      hint: {
        zh: '只計入這個時間以前登錄的紀錄；不填就是現在。',
        en: 'Only what was recorded before this time counts; now when empty.',
      },
      widget: 'datetime',
    }),
  ),
)

const reason = Type.String({
  ...asks({
    title: { zh: '更正理由', en: 'Reason' },
    hint: { zh: '會和新版本一起公開。', en: 'It is published with the new version.' },
    widget: 'textarea',
  }),
  minLength: 4,
  maxLength: 1000,
})

const schemas: Readonly<Record<Kind, ObjectSchema>> = {
  freeze: Type.Object({ asOf }) as unknown as ObjectSchema,
  correct: Type.Object({ reason, asOf }) as unknown as ObjectSchema,
}
