import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row, rows } from '../../../core/db.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { pick } from '../../../core/i18n.ts'
import { normalNumber } from '../../../core/number.ts'
import { may } from '../../../core/operation.ts'
import { fromForm } from '../../../core/schema.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { Timeline } from '../../../web/components/timeline.tsx'
import { Breadcrumbs } from '../../../web/components/words.tsx'
import type { Option } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { officeCalendar } from '../../calendar/store.ts'
import { directory } from '../../identity/directory.ts'
import { isPossible } from '../advance.ts'
import type { CaseType, Transition } from '../define.ts'
import type { CaseRow, Party } from '../file.ts'
import { namesFor } from '../open.ts'
import { stepOf, stepPermission } from '../operations.ts'
import { timeline } from '../queries.ts'
import { holdRecord, readClocks } from '../store.ts'
import { Clocks, Facts, Proof } from './desk-facts.tsx'
import { type Choices, formSchema, formValues, stepInput } from './step-form.ts'
import { timelineEvent } from './timeline-view.ts'

/** The people a case can be given to: those of the agency and everything below it. */
export async function staffChoices(ctx: Ctx, agency: string | null): Promise<Option[]> {
  const tree = await directory(ctx)
  const reach = agency === null ? [] : tree.subtree(agency)
  const found = await rows(
    ctx.db,
    sql<{ id: string; name: string; agency: string }>`select id, name, agency from identity.staff
      where active and agency = any (${reach}::text[]) order by agency, name`,
  )
  return found.map(({ id, name, agency: at }) => ({
    value: id,
    label: { zh: `${name}（${tree.name(at).zh}）`, en: `${name} (${tree.name(at).en})` },
  }))
}

/** A link of the chain of a case's events. */
export type Link = { seq: number; type: string; at: Date; hash: string }

async function readCase(ctx: Ctx, type: CaseType, no: string) {
  const found = await row(
    ctx.db,
    sql<CaseRow>`select * from cases.case where no = ${no} and kind = ${type.kind}`,
  )
  if (!found) return undefined
  await holdRecord(ctx, found.id)
  const tree = await directory(ctx)
  return {
    row: found,
    names: await namesFor(ctx, type),
    clocks: await readClocks(ctx, found.id),
    calendar: await officeCalendar(ctx),
    lines: await timeline(ctx, found.id, true),
    party: await row(
      ctx.db,
      sql<Party>`select role, name, phone, email, locale from cases.party
        where case_id = ${found.id}`,
    ),
    choices: {
      staff: [
        ...(await staffChoices(ctx, found.agency)),
        ...(await staffChoices(ctx, ctx.actor.agency)),
      ].filter((one, i, all) => all.findIndex(({ value }) => value === one.value) === i),
      agency: tree.all.map(({ id, name }) => ({ value: id, label: name })),
    } satisfies Choices,
    assignee: (
      await row(
        ctx.db,
        sql<{ name: string }>`select name from identity.staff where id::text = ${found.assignee}`,
      )
    )?.name,
    links: await rows(
      ctx.db,
      sql<Link>`select seq, type, at, encode(hash, 'hex') as hash from core.event
        where record = ${found.id} order by seq`,
    ),
    now: ctx.now,
  }
}

export type Found = NonNullable<Awaited<ReturnType<typeof readCase>>>
type Tried = { readonly step: string; readonly values: Values; readonly errors: Errors }

/** A case from top to bottom: what, where, who, clocks, the next step, the history. */
export async function casePage(type: CaseType, visit: Visit, tried?: Tried): Promise<Answer> {
  const { view, params, read, actor } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  const found = await read(type.readBy, (ctx) => readCase(ctx, type, no))
  if (!found) throw notFound({ zh: `編號 ${params.no} 的案件`, en: `the case ${params.no}` })
  const { row: c, names } = found
  const state = type.states[c.state]!
  const steps = Object.entries(type.transitions).filter(
    ([, step]) =>
      !['reporter', 'system'].includes(step.by) &&
      isPossible(type, c.state, step) &&
      may(actor, stepPermission(step)),
  )
  const leads = leadingStep(steps, c.state)
  const page = (
    <Page view={view} title={`${no} ${c.subject}`} chrome="staff">
      <Breadcrumbs view={view} items={[{ href: `/desk/${type.kind}`, label: type.title }]} />
      <p class="soft">
        {no} <StateTag view={view} tone={state.open ? 'info' : 'ok'} label={state.title} />
      </p>
      <h1>{c.subject}</h1>
      <div class="case-grid with-history">
        <div>
          <Facts visit={visit} type={type} found={found} />
        </div>
        <div class="case-steps">
          <h2>{view.t('期限與下一步', 'Deadlines and next step')}</h2>
          <Clocks view={view} found={found} />
          {steps.map(([name, step]) => (
            <StepForm
              key={name}
              view={view}
              action={`/desk/${type.kind}/${no}/${name}`}
              step={step}
              choices={found.choices}
              open={tried ? tried.step === name : name === leads}
              values={tried?.step === name ? tried.values : {}}
              errors={tried?.step === name ? tried.errors : {}}
            />
          ))}
        </div>
        <div>
          <h2>{view.t('經過', 'History')}</h2>
          <Timeline
            view={view}
            events={found.lines.map((line) => timelineEvent(type, names, line, 'staff')).reverse()}
          />
          <Proof view={view} links={found.links} />
        </div>
      </div>
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

/** The step that stands open: the likeliest one that brings the case further. */
function leadingStep(steps: readonly [string, Transition][], state: string): string | undefined {
  const likely = steps.filter(([, step]) => step.primary)
  return (likely.find(([, step]) => step.to !== state) ?? likely[0])?.[0]
}

type StepProps = {
  view: View
  action: string
  step: Transition
  choices: Choices
  open: boolean
  values: Values
  errors: Errors
}

/** A step as a form behind its name; the likely next one stands open. Reporters use it as well. */
export const StepForm = (props: StepProps) => {
  const { view, step } = props
  const title = pick(step.title, view.locale)
  // Several steps ask for a statement; each form names its own fields.
  const form = props.action.split('/').at(-1)
  return (
    <details class="step" open={props.open}>
      <summary>{title}</summary>
      <ErrorSummary view={view} errors={props.errors} form={form} />
      <Form view={view} action={props.action} files>
        {step.hint ? <p class="hint">{pick(step.hint, view.locale)}</p> : null}
        <Fields
          view={view}
          schema={formSchema(step, props.choices)}
          values={props.values}
          errors={props.errors}
          form={form}
        />
        <Buttons>
          <Button {...(step.primary && { look: 'primary' as const })}>{title}</Button>
        </Buttons>
      </Form>
    </details>
  )
}

/** Takes a step; refused input comes back in its form with everything that was typed. */
export async function takeStepPage(type: CaseType, visit: Visit): Promise<Answer> {
  const { params, form, view, perform } = visit
  const name = params.step ?? ''
  const step = type.transitions[name]
  if (!step) throw notFound({ zh: '這個步驟', en: 'this step' })
  const given = stepInput(step, form)
  try {
    const input = fromForm(step.input, given) as object
    const done = await perform(stepOf(type, name), { case: params.no, ...input })
    const { no } = done as { no: string }
    // A case that went to another agency is out of sight now: back to the list.
    const stays = !('agency' in given)
    return {
      to: stays ? `/desk/${type.kind}/${no}` : `/desk/${type.kind}`,
      flash: { zh: `${no}：${step.title.zh}，完成。`, en: `${no}: ${step.title.en}, done.` },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500 || error.status === 404) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    return casePage(type, visit, { step: name, values: formValues(step, given, view.t), errors })
  }
}
