import type { ComponentChildren } from 'preact'
import type { TSchema } from 'typebox'
import { Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { fieldProblems, fromForm } from '../../../core/schema.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Breadcrumbs, Steps, SummaryList, type SummaryRow } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { type Answers, draftKey, dropDraft, readDraft, saveDraft } from '../drafts.ts'
import { storedFiles } from './uploads.ts'

/** One page of a form: one idea. */
export type WizardStep = {
  readonly name: string
  readonly title: Text
  readonly schema: (visit: Visit, answers: Answers) => ObjectSchema
  /** Names that `above` answers by itself, such as a map's pin. */
  readonly hidden?: readonly string[]
  /** What to know before answering, read from the records, such as reports nearby. */
  readonly notice?: (visit: Visit, answers: Answers) => Promise<ComponentChildren>
  /** What stands above the fields, such as a map. */
  readonly above?: (visit: Visit, answers: Answers) => ComponentChildren
  /** Replaces the fields altogether, such as a list of buttons. */
  readonly body?: (visit: Visit, answers: Answers) => ComponentChildren
  /** What the schema cannot say. */
  readonly check?: (visit: Visit, answers: Answers) => Record<string, Text>
}

/**
 * A form of several pages, kept on the server until it is sent; every page works without script.
 */
export type Wizard = {
  readonly form: string
  readonly base: string
  readonly title: Text
  readonly permission: string
  readonly steps: readonly WizardStep[]
  readonly summary: (visit: Visit, answers: Answers) => Promise<readonly SummaryRow[]>
  /** Sends it. A refusal comes back to the page of its first field. */
  readonly send: (visit: Visit, answers: Answers) => Promise<Answer>
}

/** The routes of a form: its first page, each page, the check, the sending. */
export function wizardPages(wizard: Wizard): readonly PageRoute[] {
  const { base, permission } = wizard
  const first = `${base}/${wizard.steps[0]!.name}`
  return [
    { method: 'GET', path: base, permission, run: (visit) => begin(wizard, visit, first) },
    ...wizard.steps.flatMap((step, i): PageRoute[] => [
      {
        method: 'GET',
        path: `${base}/${step.name}`,
        permission,
        run: async (visit) => stepPage(wizard, i, visit, await answersOf(wizard, visit), {}),
      },
      {
        method: 'POST',
        path: `${base}/${step.name}`,
        permission,
        run: (visit) => takeAnswers(wizard, i, visit),
      },
    ]),
    { method: 'GET', path: `${base}/check`, permission, run: (v) => checkPage(wizard, v) },
    { method: 'POST', path: `${base}/send`, permission, run: (v) => sendAll(wizard, v) },
  ]
}

/**
 * Begins a form. A link may answer some of it beforehand: what a chat or a call already said, and
 * `via`, the id of that chat or call.
 */
async function begin(wizard: Wizard, visit: Visit, first: string): Promise<Answer> {
  const names = wizard.steps.flatMap((step) => [
    ...Object.keys(step.schema(visit, {}).properties),
    ...(step.hidden ?? []),
  ])
  const known = ['via', ...names].flatMap((name) => {
    const value = visit.query[name]
    return typeof value === 'string' && value !== '' ? [[name, value.slice(0, 1000)]] : []
  })
  if (known.length === 0) return { to: first }
  const answers = Object.fromEntries(known) as Answers
  await keep(wizard, visit, answers)
  const open = wizard.steps.find((step) => unanswered(step, visit, answers))
  return { to: `${wizard.base}/${open?.name ?? 'check'}` }
}

const cookieOf = (wizard: Wizard) => `takao-form-${wizard.form}`

/** What was answered so far, by who holds the draft's cookie. */
async function answersOf(wizard: Wizard, { request, platform }: Visit): Promise<Answers> {
  const key = request.cookies[cookieOf(wizard)]
  return key ? readDraft(platform, wizard.form, key) : {}
}

async function keep(wizard: Wizard, visit: Visit, answers: Answers): Promise<void> {
  const { request, reply, platform } = visit
  const key = request.cookies[cookieOf(wizard)] ?? draftKey()
  const secure = platform.config.origin.startsWith('https:')
  reply.setCookie(cookieOf(wizard), key, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: 7 * 86_400,
  })
  await saveDraft(platform, wizard.form, key, answers)
}

async function takeAnswers(wizard: Wizard, i: number, visit: Visit): Promise<Answer> {
  const step = wizard.steps[i]!
  const before = await answersOf(wizard, visit)
  const schema = step.schema(visit, before)
  const given: Record<string, string | string[]> = Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => {
      if (property.widget === 'photo') return [name, [...visit.form.files(name)]]
      if (property.type === 'array' || property.widget === 'checkboxes')
        return [name, [...visit.form.all(name)]]
      return [name, visit.form.get(name)]
    }),
  )
  for (const name of step.hidden ?? []) given[name] = visit.form.get(name)
  const answers = { ...before, ...given }
  // Kept before it is checked: a refusal costs nobody a word or a photograph.
  await keep(wizard, visit, given)
  const problems = {
    ...fieldProblems(schema as unknown as TSchema, fromForm(schema as unknown as TSchema, given)),
    ...step.check?.(visit, answers),
  }
  if (Object.keys(problems).length > 0) return stepPage(wizard, i, visit, answers, problems)
  const complete = visit.query.back === 'check' || i + 1 === wizard.steps.length
  return { to: `${wizard.base}/${complete ? 'check' : wizard.steps[i + 1]!.name}` }
}

async function stepPage(
  wizard: Wizard,
  i: number,
  visit: Visit,
  answers: Answers,
  errors: Errors,
): Promise<Answer> {
  const { view } = visit
  const step = wizard.steps[i]!
  const title = pick(step.title, view.locale)
  const schema = step.schema(visit, answers)
  const back = visit.query.back === 'check' ? '?back=check' : ''
  const before = i === 0 ? null : wizard.steps[i - 1]!
  const page = (
    <Page view={view} title={`${title} - ${pick(wizard.title, view.locale)}`}>
      {before ? (
        <Breadcrumbs
          view={view}
          items={[{ href: `${wizard.base}/${before.name}`, label: before.title }]}
        />
      ) : null}
      <Steps view={view} step={i + 1} of={wizard.steps.length + 1} />
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      {await step.notice?.(visit, answers)}
      <Form
        view={view}
        action={`${wizard.base}/${step.name}${back}`}
        draft={`${wizard.form}-${step.name}`}
        files
      >
        {step.above?.(visit, answers)}
        {step.body ? (
          step.body(visit, answers)
        ) : (
          <>
            <Fields
              view={view}
              schema={schema}
              values={withFiles(schema, answers, visit)}
              errors={errors}
            />
            <Buttons>
              <Button look="primary">{view.t('繼續', 'Continue')}</Button>
            </Buttons>
          </>
        )}
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Answers for the fields: the tokens of kept photographs as the pictures they stand for. */
function withFiles(schema: ObjectSchema, answers: Answers, { view }: Visit) {
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => {
      const value = answers[name]
      return [name, property.widget === 'photo' ? storedFiles(value, view.t) : value]
    }),
  )
}

async function checkPage(wizard: Wizard, visit: Visit, errors: Errors = {}): Promise<Answer> {
  const { view } = visit
  const answers = await answersOf(wizard, visit)
  const open = wizard.steps.find((step) => unanswered(step, visit, answers))
  if (open) return { to: `${wizard.base}/${open.name}` }
  const rows = await wizard.summary(visit, answers)
  const title = view.t('確認內容', 'Check your answers')
  const page = (
    <Page view={view} title={`${title} - ${pick(wizard.title, view.locale)}`}>
      <Steps view={view} step={wizard.steps.length + 1} of={wizard.steps.length + 1} />
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <SummaryList view={view} rows={rows} />
      <Form view={view} action={`${wizard.base}/send`}>
        <Buttons>
          <Button look="primary" icon="done">
            {view.t('送出', 'Send')}
          </Button>
          <ButtonLink href={view.href(`${wizard.base}/${wizard.steps[0]!.name}`)}>
            {view.t('從頭修改', 'Start over')}
          </ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Whether a page still lacks something: a link to the check cannot skip it. */
function unanswered(step: WizardStep, visit: Visit, answers: Answers): boolean {
  const schema = step.schema(visit, answers)
  const own = Object.fromEntries(
    Object.keys(schema.properties).map((name) => [name, answers[name]]),
  )
  const typed = fromForm(schema as unknown as TSchema, own)
  const problems = fieldProblems(schema as unknown as TSchema, typed)
  return Object.keys({ ...problems, ...step.check?.(visit, answers) }).length > 0
}

async function sendAll(wizard: Wizard, visit: Visit): Promise<Answer> {
  const answers = await answersOf(wizard, visit)
  try {
    const answer = await wizard.send(visit, answers)
    const key = visit.request.cookies[cookieOf(wizard)]
    if (key) await dropDraft(visit.platform, key)
    visit.reply.clearCookie(cookieOf(wizard), { path: '/' })
    return answer
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const [field] = Object.keys(error.fields)
    const i = wizard.steps.findIndex(
      (step) => field !== undefined && field in step.schema(visit, answers).properties,
    )
    const errors = field === undefined ? { form: error.text } : error.fields
    return i < 0 ? checkPage(wizard, visit, errors) : stepPage(wizard, i, visit, answers, errors)
  }
}
