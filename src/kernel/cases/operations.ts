import { sql } from 'kysely'
import { type TObject, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { forbidden, invalid, Refused } from '../../core/errors.ts'
import { announce } from '../../core/live.ts'
import { type Operation, operation, scopeFor } from '../../core/operation.ts'
import { officeCalendar } from '../calendar/store.ts'
import { directory } from '../identity/directory.ts'
import { notify } from '../messages/messages.ts'
import { advance, type StepInput } from './advance.ts'
import type { CaseType, Transition } from './define.ts'
import type { CaseFile } from './file.ts'
import { joinOperation } from './followers.ts'
import { keptFiles } from './kept-files.ts'
import { relatedCases } from './parts.ts'
import { shortlistOf } from './round.ts'
import { holdRecord, loadCase, saveStep } from './store.ts'
import { answerSurvey } from './survey.ts'
import { tellPeople } from './tell.ts'

/** `dispatch.assign`, `petitions.reply`, …: each transition, and `join` where it is public. */
export function caseOperations(type: CaseType): Operation[] {
  const steps = Object.keys(type.transitions).map((name) => stepOf(type, name))
  const common = [...steps, shortlistOf(type), answerSurvey(type)]
  return type.public ? [...common, joinOperation(type)] : common
}

/** The operation of one transition; made once, as its input's check is compiled once. */
export function stepOf(type: CaseType, name: string): Operation {
  if (!type.transitions[name]) throw new Error(`${type.kind} has no transition ${name}`)
  const known = made.get(type) ?? new Map<string, Operation>()
  made.set(type, known)
  const op = known.get(name) ?? stepOperation(type, name)
  known.set(name, op)
  return op
}

const made = new WeakMap<CaseType, Map<string, Operation>>()

/** The name of a transition's operation. */
export const stepName = (type: CaseType, name: string): string => `${type.kind}.${name}`

/** The permission a transition asks for. The reporter needs none but the follow-up code. */
export const stepPermission = (step: Transition): string =>
  step.by === 'reporter' || step.by === 'outside' ? 'public' : step.by

function stepOperation(type: CaseType, name: string): Operation {
  const step = type.transitions[name]!
  const input = Type.Object({
    case: Type.String({ maxLength: 30, description: 'the number of the case' }),
    ...(step.input as TObject).properties,
  })
  return operation({
    name: stepName(type, name),
    title: { zh: `${type.title.zh}：${step.title.zh}`, en: `${type.title.en}: ${step.title.en}` },
    permission: stepPermission(step),
    input,
    run: async (ctx, given) => {
      const file = await takeStep(ctx, type, name, given.case, given as StepInput)
      return { no: file.row.no, state: file.row.state }
    },
  })
}

/** Takes one step of a stored case: read and held, advanced, saved, told to who should know. */
export async function takeStep(
  ctx: Ctx,
  type: CaseType,
  name: string,
  no: string,
  given: StepInput,
): Promise<CaseFile> {
  const step = type.transitions[name]!
  const before = await loadCase(ctx, type.kind, no)
  refuseStranger(ctx, step, before)
  const input = given.photos ? { ...given, photos: keptFiles(ctx, given.photos) } : given
  const after = advance(type, before, name, input, {
    now: ctx.now,
    actor: ctx.actor.id,
    calendar: await officeCalendar(ctx),
    city: ctx.city,
  })
  await refuseForeignAssignee(ctx, before, after)
  if (before.row.open && !after.row.open && step.by !== 'system') await refuseOpenParts(ctx, after)
  await saveStep(ctx, before, after)
  if (step.effect) {
    await step.effect(ctx, after, input as never, type)
    await holdRecord(ctx, after.row.id)
  }
  await tellPeople(ctx, type, name, after, input)
  if (after.row.assignee && after.row.assignee !== before.row.assignee)
    await tellAssignee(ctx, type, after)
  await announce(ctx, `cases:${type.kind}`)
  return after
}

/**
 * Row-level security shows a case also to an agency that was asked for its view and to a body
 * outside; neither may take the steps of the agency whose case it is, nor the reporter's.
 */
function refuseStranger(ctx: Ctx, step: Transition, { row }: CaseFile): void {
  const { actor } = ctx
  if (actor.kind === 'system' || step.by === 'system') return
  if (step.by === 'reporter' || step.by === 'outside') {
    const hash = step.by === 'reporter' ? row.secret_hash : row.outside_hash
    if (hash === null || !actor.secrets.includes(hash)) throw forbidden()
    return
  }
  const scope = scopeFor(actor, step.by)
  const ours =
    scope.scope === 'city' || scope.agencies.includes(row.agency) || row.assignee === actor.id
  const asked = step.joint && row.joint.some((agency) => scope.agencies.includes(agency))
  if (!ours && !asked) throw forbidden()
}

/** A case is given to someone of its agency or of the giver's, and of what lies below them. */
async function refuseForeignAssignee(ctx: Ctx, before: CaseFile, after: CaseFile): Promise<void> {
  const { assignee, agency } = after.row
  const { actor } = ctx
  if (actor.kind === 'system' || !assignee || assignee === before.row.assignee) return
  if (assignee === actor.id) return
  const tree = await directory(ctx)
  const reach = [agency, actor.agency].flatMap((one) => (one ? tree.subtree(one) : []))
  const known = await row(
    ctx.db,
    sql`select id from identity.staff where id::text = ${assignee} and active
      and agency = any (${reach}::text[])`,
  )
  if (!known)
    throw invalid({
      assignee: {
        zh: '請從清單選一位承辦人。',
        en: 'Choose an officer of the list.',
      },
    })
}

/** A whole ends after its parts. */
async function refuseOpenParts(ctx: Ctx, { row }: CaseFile): Promise<void> {
  const related = await relatedCases(ctx, row.id)
  const parts = related.filter(({ how, open }) => how === 'part' && open)
  if (parts.length === 0) return
  const list = parts.map(({ no }) => no).join(', ')
  throw new Refused('case.parts-open', 409, {
    zh: `分出的案件還沒辦完：${list}。請先辦完再結母案。`,
    en: `Its parts are still open: ${list}. Finish them first.`,
  })
}

async function tellAssignee(ctx: Ctx, type: CaseType, file: CaseFile): Promise<void> {
  const { row } = file
  if (!row.assignee || row.assignee === ctx.actor.id) return
  const letter = {
    subject: { zh: `分派給您：${row.no}`, en: `Assigned to you: ${row.no}` },
    body: { zh: row.subject, en: row.subject },
  }
  const link = `/desk/${type.kind}/${row.no}`
  await notify(ctx, { channel: 'inbox', staff: row.assignee }, letter, { record: row.id, link })
}
