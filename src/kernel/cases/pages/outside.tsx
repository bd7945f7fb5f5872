import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row, transact } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { pick } from '../../../core/i18n.ts'
import { normalNumber, secretHash } from '../../../core/number.ts'
import { fromForm } from '../../../core/schema.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Photos } from '../../../web/components/timeline.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice, SummaryList } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { mayTry } from '../../forms/pages/by-code.tsx'
import { isPossible } from '../advance.ts'
import type { CaseType } from '../define.ts'
import type { CaseRow } from '../file.ts'
import { heldNumbers, holdCase } from '../follow.ts'
import { namesFor } from '../open.ts'
import { stepOf } from '../operations.ts'
import { outsideName } from '../outside.ts'
import { timeline } from '../queries.ts'
import { holdRecord } from '../store.ts'
import { formValues, stepInput } from './step-form.ts'
import { StepForm } from './step-view.tsx'
import { timelineEvent } from './timeline-view.ts'

/** The pages of a body outside the city: one case, by number and code, and its reply. */
export const outsidePages = (types: readonly CaseType[]): readonly PageRoute[] => [
  { method: 'GET', path: '/outside/:no', permission: 'public', run: (v) => outsidePage(types, v) },
  { method: 'POST', path: '/outside/:no', permission: 'public', run: takeCode },
  {
    method: 'POST',
    path: '/outside/:no/reply',
    permission: 'public',
    run: (visit) => takeReply(types, visit),
  },
]

const schema: ObjectSchema = {
  properties: {
    code: {
      type: 'string',
      maxLength: 12,
      title: { zh: '代碼', en: 'Code' },
      hint: { zh: '市府來信裡的 8 個英數字', en: 'Eight characters in the e-mail of the city' },
      widget: 'text',
    },
  },
  required: ['code'],
}

function codePage(visit: Visit, no: string, errors: Errors = {}): Answer {
  const { view } = visit
  const page = (
    <Page view={view} title={view.t(`開啟 ${no}`, `Open ${no}`)}>
      <h1>{view.t(`開啟 ${no}`, `Open ${no}`)}</h1>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={`/outside/${no}`}>
        <Fields view={view} schema={schema} values={{}} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('開啟', 'Open')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

async function takeCode(visit: Visit): Promise<Answer> {
  const { params, form, platform, request, reply } = visit
  const { secret, origin } = platform.config
  const no = normalNumber(params.no ?? '') ?? ''
  const name = outsideName(no)
  const secrets = [secretHash(secret, name, form.get('code'))]
  const scope = { scope: 'holder', person: '', agencies: [], secrets } as const
  const found = mayTry(name, platform.now())
    ? await transact(platform.database.app, scope, (db) =>
        row(db, sql`select from cases.case where no = ${no} and outside_hash = ${secrets[0]}`),
      )
    : undefined
  if (!found)
    return codePage(visit, no, {
      code: {
        zh: '代碼不對、案件已回覆，或試太多次。請對一下來信，15 分鐘後再試。',
        en: 'A wrong code, a case already answered, or too many tries. Compare the e-mail.',
      },
    })
  const secure = origin.startsWith('https:')
  holdCase(request, reply, secret, { no: name, code: form.get('code'), secure })
  return { to: `/outside/${no}` }
}

async function readCase(ctx: Ctx, types: readonly CaseType[], no: string) {
  const found = await row(
    ctx.db,
    sql<CaseRow>`select * from cases.case where no = ${no}
      and outside_hash = any (core.secrets())`,
  )
  const type = types.find(({ kind }) => kind === found?.kind)
  if (!found || !type) return undefined
  await holdRecord(ctx, found.id)
  const [opened] = await timeline(ctx, found.id, false)
  return { type, row: found, names: await namesFor(ctx, type), opened }
}

type Tried = { readonly values: Values; readonly errors: Errors }

async function outsidePage(
  types: readonly CaseType[],
  visit: Visit,
  tried?: Tried,
): Promise<Answer> {
  const { view, params, request, platform } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  if (!heldNumbers(request, platform.config.secret).includes(outsideName(no)))
    return codePage(visit, no)
  const found = await visit.read('public', (ctx) => readCase(ctx, types, no))
  if (!found) return donePage(visit, no)
  const { type, row: c, names, opened } = found
  const step = type.transitions['outside-reply']!
  const photos = opened ? (timelineEvent(type, names, opened, 'reporter').photos ?? []) : []
  const page = (
    <Page view={view} title={`${no} ${c.subject}`}>
      <p class="soft">{no}</p>
      <h1>{c.subject}</h1>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '項目', en: 'Kind' }, answer: pick(names.item(c.item), view.locale) },
          { label: { zh: '地點', en: 'Place' }, answer: c.place },
          {
            label: { zh: '位置', en: 'Position' },
            answer: c.lat === null ? '' : `${c.lat}, ${c.lon}`,
          },
          { label: { zh: '內容', en: 'Text' }, answer: <span class="said">{c.body}</span> },
          {
            label: { zh: '收件', en: 'Received' },
            answer: <When view={view} at={c.received_at} time />,
          },
        ]}
      />
      {photos.length > 0 ? <Photos photos={photos} /> : null}
      {isPossible(type, c.state, step) ? (
        <StepForm
          view={view}
          action={`/outside/${no}/reply`}
          step={step}
          choices={{}}
          open
          values={tried?.values ?? {}}
          errors={tried?.errors ?? {}}
        />
      ) : null}
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

function donePage({ view }: Visit, no: string): Answer {
  const page = (
    <Page view={view} title={no}>
      <h1>{no}</h1>
      <Notice tone="ok" title={view.t('已經回覆，謝謝。', 'Answered. Thank you.')}>
        <p>{view.t('這個連結已不能再開啟案件。', 'This link no longer opens the case.')}</p>
      </Notice>
    </Page>
  )
  return { page }
}

async function takeReply(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { params, form, view } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  const found = await visit.read('public', (ctx) => readCase(ctx, types, no))
  if (!found) return donePage(visit, no)
  const step = found.type.transitions['outside-reply']!
  const given = stepInput(step, form)
  try {
    const input = { case: no, ...(fromForm(step.input, given) as object) }
    await visit.perform(stepOf(found.type, 'outside-reply'), input)
    return { to: `/outside/${no}`, flash: { zh: '已回覆，謝謝。', en: 'Sent. Thank you.' } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    return outsidePage(types, visit, { values: formValues(step, given, view.t), errors })
  }
}
