import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { followCode, normalNumber } from '../../../core/number.ts'
import { fromForm } from '../../../core/schema.ts'
import type { Errors, Values } from '../../../web/components/fields.tsx'
import { ClockBadge } from '../../../web/components/tags.tsx'
import { Timeline } from '../../../web/components/timeline.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Page as PageRoute, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { officeCalendar } from '../../calendar/store.ts'
import { isPossible } from '../advance.ts'
import { type CaseType, clockTitle } from '../define.ts'
import type { CaseRow } from '../file.ts'
import { heldNumbers } from '../follow.ts'
import { namesFor } from '../open.ts'
import { stepOf } from '../operations.ts'
import { timeline } from '../queries.ts'
import { holdRecord, readClocks } from '../store.ts'
import { answerSurvey } from '../survey.ts'
import { Parts, readCitizenAround, Survey } from './citizen-around.tsx'
import { followHome, takeCode } from './citizen-find.tsx'
import { clockView } from './clock-view.ts'
import { findPath, type Numbered } from './numbered.ts'
import { formValues, stepInput } from './step-form.ts'
import { StepForm } from './step-view.tsx'
import { isInternal, timelineEvent } from './timeline-view.ts'

/**
 * The pages on which a citizen finds and follows a case, for all kinds of case. Numbers of other
 * records lead to their own page: the field of the masthead takes any.
 */
export const citizenPages = (
  types: readonly CaseType[],
  numbered: readonly Numbered[] = [],
): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/follow',
    permission: 'public',
    run: (visit) => elsewhere(numbered, visit.query.number) ?? followHome(visit),
  },
  {
    method: 'POST',
    path: '/follow',
    permission: 'public',
    run: (visit) => elsewhere(numbered, visit.form.get('number')) ?? takeCode(visit),
  },
  {
    method: 'GET',
    path: '/follow/:no',
    permission: 'public',
    run: (visit) => casePage(types, visit),
  },
  {
    method: 'POST',
    path: '/follow/:no/survey',
    permission: 'public',
    run: (visit) => takeSurvey(types, visit),
  },
  {
    method: 'POST',
    path: '/follow/:no/:step',
    permission: 'public',
    run: (visit) => step(types, visit),
  },
]

const elsewhere = (numbered: readonly Numbered[], given = ''): Promise<Answer> | undefined => {
  const to = findPath(numbered, normalNumber(given))
  return to ? Promise.resolve({ to }) : undefined
}

/** Everything the page shows, read under the row scope of who holds the code. */
async function readCase(ctx: Ctx, types: readonly CaseType[], no: string) {
  const found = await row(ctx.db, sql<CaseRow>`select * from cases.case where no = ${no}`)
  const type = types.find(({ kind }) => kind === found?.kind)
  if (!found || !type) return undefined
  await holdRecord(ctx, found.id)
  return {
    type,
    row: found,
    names: await namesFor(ctx, type),
    clocks: await readClocks(ctx, found.id),
    calendar: await officeCalendar(ctx),
    lines: await timeline(ctx, found.id, false),
    around: await readCitizenAround(ctx, found.id),
    now: ctx.now,
  }
}

async function casePage(
  types: readonly CaseType[],
  visit: Visit,
  tried?: { step: string; values: Values; errors: Errors },
): Promise<Answer> {
  const { view, params, request, platform } = visit
  const { secret } = platform.config
  const no = normalNumber(params.no ?? '')
  // The code is proven by the cookie; staff follow a case on their desk, not here.
  if (!no || !heldNumbers(request, secret).includes(no))
    return { to: `/follow?number=${params.no}` }
  const found = await visit.read('public', (ctx) => readCase(ctx, types, no))
  if (!found) throw notFound({ zh: `案號 ${no}`, en: `the number ${no}` })
  const { type, row: c, names } = found
  const state = type.states[c.state]!
  const clocks = found.clocks.filter(({ stoppedAt }) => !stoppedAt)
  const steps = Object.entries(type.transitions).filter(
    ([, one]) => one.by === 'reporter' && isPossible(type, c.state, one),
  )
  const page = (
    <Page view={view} title={`${no} ${pick(state.title, view.locale)}`}>
      <p class="soft">{pick(type.title, view.locale)}</p>
      <h1>{c.subject}</h1>
      <Notice tone={state.open ? 'info' : 'ok'} title={pick(state.title, view.locale)}>
        <p>{pick(state.means, view.locale)}</p>
        {clocks.map((clock) => (
          <p class="due-line" key={clock.kind}>
            <ClockBadge view={view} clock={clockView(found.calendar, clock, found.now)} />
            {clock.due ? (
              <span>
                {pick(clockTitle(clock.kind), view.locale)}
                {view.t('期限', ' due')} <When view={view} at={new Date(+clock.due - 1)} time />
              </span>
            ) : null}
          </p>
        ))}
      </Notice>
      {found.around.asked?.answered === false ? <Survey view={view} no={no} /> : null}
      {steps.map(([name, one]) => (
        <StepForm
          key={name}
          view={view}
          action={`/follow/${no}/${name}`}
          step={one}
          choices={{}}
          open={tried?.step === name || one.primary === true}
          values={tried?.step === name ? tried.values : {}}
          errors={tried?.step === name ? tried.errors : {}}
        />
      ))}
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '案號', en: 'Number' }, answer: no },
          {
            label: { zh: '查詢碼', en: 'Code' },
            answer: <CodeNote view={view} {...{ secret, no }} />,
          },
          { label: { zh: '項目', en: 'Kind' }, answer: pick(names.item(c.item), view.locale) },
          {
            label: { zh: '負責機關', en: 'Agency' },
            answer: pick(names.agency(c.agency), view.locale),
          },
          { label: { zh: '地點', en: 'Place' }, answer: c.place },
          {
            label: { zh: '收件時間', en: 'Received' },
            answer: <When view={view} at={c.received_at} time />,
          },
          { label: { zh: '內容', en: 'What you wrote' }, answer: c.body },
        ]}
      />
      <Parts view={view} type={type} names={names} related={found.around.related} />
      <h2>{view.t('辦理經過', 'What happened')}</h2>
      <Timeline
        view={view}
        events={found.lines
          .filter((line) => !isInternal(type, line.type))
          .map((line) => timelineEvent(type, names, line, 'reporter'))
          .reverse()}
      />
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

const CodeNote = ({ view, secret, no }: { view: View; secret: Buffer; no: string }) => (
  <>
    <code class="code">{followCode(secret, no)}</code>{' '}
    <span class="soft">
      {view.t(
        '換手機或電腦時，用案號和這個碼查進度。請不要給別人。',
        'On another device the number and this code open the case. Keep it to yourself.',
      )}
    </span>
  </>
)

const done: Text = { zh: '已送出，謝謝您。', en: 'Sent. Thank you.' }

async function step(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { params, platform, request, form, view } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  const kind = await visit.read('public', (ctx) =>
    row(ctx.db, sql<{ kind: string }>`select kind from cases.case where no = ${no}`),
  )
  const type = types.find((one) => one.kind === kind?.kind)
  const taken = type?.transitions[params.step ?? '']
  if (
    !type ||
    taken?.by !== 'reporter' ||
    !heldNumbers(request, platform.config.secret).includes(no)
  )
    throw notFound({ zh: '這個步驟', en: 'this step' })
  const given = stepInput(taken, form)
  try {
    await visit.perform(stepOf(type, params.step!), {
      case: no,
      ...(fromForm(taken.input, given) as object),
    })
    return { to: `/follow/${no}`, flash: done }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    const values = formValues(taken, given, view.t)
    return casePage(types, visit, { step: params.step!, values, errors })
  }
}

/** Takes the answer to the survey; nothing chosen comes back as a sentence. */
async function takeSurvey(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { params, form } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  const type = types.find(({ prefix }) => no.startsWith(prefix))
  if (!type) throw notFound({ zh: '這一案的調查', en: 'a survey of this case' })
  const to = `/follow/${no}`
  if (form.get('score') === '')
    return { to, problem: { zh: '請選一個滿意度。', en: 'Choose one of the five.' } }
  const input = { case: no, score: Number(form.get('score')), words: form.get('words') }
  await visit.perform(answerSurvey(type), input)
  return { to, flash: { zh: '收到您的意見，謝謝。', en: 'We have it. Thank you.' } }
}
