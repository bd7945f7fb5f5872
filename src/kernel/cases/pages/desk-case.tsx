import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row, rows } from '../../../core/db.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { normalNumber } from '../../../core/number.ts'
import { may, scopeFor } from '../../../core/operation.ts'
import { fromForm } from '../../../core/schema.ts'
import type { Errors, Values } from '../../../web/components/fields.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { Timeline } from '../../../web/components/timeline.tsx'
import { Breadcrumbs } from '../../../web/components/words.tsx'
import type { Option } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { officeCalendar } from '../../calendar/store.ts'
import { directory } from '../../identity/directory.ts'
import { isPossible } from '../advance.ts'
import type { CaseType, Transition } from '../define.ts'
import type { CaseRow, Party } from '../file.ts'
import { namesFor } from '../open.ts'
import { stepOf, stepPermission } from '../operations.ts'
import { timeline } from '../queries.ts'
import { isListed } from '../round.ts'
import { holdRecord, readClocks } from '../store.ts'
import { fillTemplate, type Template, templatesFor } from '../templates.ts'
import { Around, readAround } from './desk-around.tsx'
import { Clocks, Facts, Proof } from './desk-facts.tsx'
import { PriorityTag } from './priority-tag.tsx'
import { RoundWish } from './round-wish.tsx'
import { type Choices, formValues, stepInput } from './step-form.ts'
import { StepForm } from './step-view.tsx'
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
  const names = await namesFor(ctx, type)
  return {
    row: found,
    names,
    ours: worksHere(ctx, type, found),
    listed: await isListed(ctx, found.id),
    clocks: await readClocks(ctx, found.id),
    calendar: await officeCalendar(ctx),
    lines: await timeline(ctx, found.id, true),
    party: await row(
      ctx.db,
      sql<Party>`select role, name, phone, email, locale from cases.party
        where case_id = ${found.id}`,
    ),
    choices: await choicesFor(ctx, type, found),
    around: await readAround(ctx, type, found),
    templates: (await templatesFor(ctx, type.kind)).map((one) => ({
      ...one,
      body: fillTemplate(one.body, {
        案號: found.no,
        主旨: found.subject,
        機關: names.agency(found.agency).zh,
        地點: found.place,
      }),
    })),
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

/** Whether the case is the actor's to work, not only to give a view on. */
function worksHere(ctx: Ctx, type: CaseType, { agency, assignee }: CaseRow): boolean {
  const { scope, agencies } = scopeFor(ctx.actor, type.readBy)
  return scope === 'city' || agencies.includes(agency) || assignee === ctx.actor.id
}

/** What the lists of the forms offer for this case. */
async function choicesFor(ctx: Ctx, type: CaseType, found: CaseRow): Promise<Choices> {
  const tree = await directory(ctx)
  const staff = [
    ...(await staffChoices(ctx, found.agency)),
    ...(await staffChoices(ctx, ctx.actor.agency)),
  ]
  const named = (ids: readonly string[]) => ids.map((id) => ({ value: id, label: tree.name(id) }))
  const { scope, agencies } = scopeFor(ctx.actor, type.readBy)
  const mine = found.joint_open.filter((id) => scope === 'city' || agencies.includes(id))
  return {
    staff: staff.filter((one, i) => staff.findIndex(({ value }) => value === one.value) === i),
    agency: named(tree.all.flatMap(({ id, external }) => (external ? [] : [id]))),
    outside: named(tree.all.flatMap(({ id, external }) => (external ? [id] : []))),
    joint: named(mine),
    item: type.items(ctx.city).map(({ code, name }) => ({ value: code, label: name })),
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
      !['reporter', 'outside', 'system'].includes(step.by) &&
      isPossible(type, c.state, step) &&
      step.when?.(c) !== false &&
      (found.ours || step.joint === true) &&
      may(actor, stepPermission(step)),
  )
  const leads = leadingStep(steps, c.state)
  const others = steps.filter(([, step]) => !step.primary)
  const chosen = found.templates.find(({ id }) => id === visit.query.template)
  const isOpen = ([name]: [string, Transition]) =>
    tried ? tried.step === name : name === (chosen?.step ?? leads)
  const form = ([name, step]: [string, Transition]) => (
    <StepForm
      key={name}
      view={view}
      action={`/desk/${type.kind}/${no}/${name}`}
      step={step}
      choices={found.choices}
      open={isOpen([name, step])}
      values={valuesOf(name, tried, chosen)}
      errors={tried?.step === name ? tried.errors : {}}
      templates={found.templates.filter((one) => one.step === name)}
    />
  )
  const page = (
    <Page view={view} title={`${no} ${c.subject}`} chrome="staff">
      <Breadcrumbs view={view} items={[{ href: `/desk/${type.kind}`, label: type.title }]} />
      <p class="soft">
        {no} <StateTag view={view} tone={state.open ? 'info' : 'ok'} label={state.title} />{' '}
        <PriorityTag view={view} priority={c.priority} />
      </p>
      <h1>{c.subject}</h1>
      <div class="case-grid with-history">
        <div>
          <Facts visit={visit} type={type} found={found} />
        </div>
        <div class="case-steps">
          <h2>{view.t('期限與下一步', 'Deadlines and next step')}</h2>
          <Clocks view={view} found={found} />
          <Around visit={visit} type={type} found={found} />
          {c.open && found.ours && type.transitions.visit && may(actor, `${type.kind}.work`) ? (
            <RoundWish view={view} type={type} no={no} listed={found.listed} />
          ) : null}
          {steps.filter(([, step]) => step.primary).map(form)}
          <details class="more-steps" open={others.some(isOpen)}>
            <summary>{view.t('其他處理', 'Other steps')}</summary>
            {others.map(form)}
          </details>
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

/** What was tried comes back; else the words of the chosen template. */
function valuesOf(name: string, tried: Tried | undefined, chosen: Template | undefined): Values {
  if (tried?.step === name) return tried.values
  return chosen?.step === name ? { statement: chosen.body, note: chosen.body } : {}
}

/** The step that stands open: the likeliest one that brings the case further. */
function leadingStep(steps: readonly [string, Transition][], state: string): string | undefined {
  const likely = steps.filter(([, step]) => step.primary)
  return (likely.find(([, step]) => step.to !== state) ?? likely[0])?.[0]
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
    const stays = !('agency' in given) && name !== 'hand-back' && name !== 'forward'
    const back = stays ? `/desk/${type.kind}/${no}` : `/desk/${type.kind}`
    return {
      to: form.get('back') === 'round' ? '/desk/round' : back,
      flash: { zh: `${no}：${step.title.zh}，完成。`, en: `${no}: ${step.title.en}, done.` },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500 || error.status === 404) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    return casePage(type, visit, { step: name, values: formValues(step, given, view.t), errors })
  }
}
