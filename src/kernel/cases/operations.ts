import { type TObject, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { announce } from '../../core/live.ts'
import { type Operation, operation } from '../../core/operation.ts'
import { officeCalendar } from '../calendar/store.ts'
import { notify } from '../messages/messages.ts'
import { advance, type StepInput } from './advance.ts'
import type { CaseType, Transition } from './define.ts'
import type { CaseFile } from './file.ts'
import { keptFiles } from './open.ts'
import { loadCase, saveStep } from './store.ts'

/** One operation for each transition of a kind: `dispatch.assign`, `petitions.reply`, … */
export function caseOperations(type: CaseType): Operation[] {
  return Object.keys(type.transitions).map((name) => stepOperation(type, name))
}

/** The operation of one transition. */
export function stepOf(type: CaseType, name: string): Operation {
  if (!type.transitions[name]) throw new Error(`${type.kind} has no transition ${name}`)
  return stepOperation(type, name)
}

/** The name of a transition's operation. */
export const stepName = (type: CaseType, name: string): string => `${type.kind}.${name}`

/** The permission a transition asks for. The reporter needs none but the follow-up code. */
export const stepPermission = (step: Transition): string =>
  step.by === 'reporter' ? 'public' : step.by

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
  const input = given.photos ? { ...given, photos: keptFiles(ctx, given.photos) } : given
  const after = advance(type, before, name, input, await officeCalendar(ctx), {
    now: ctx.now,
    actor: ctx.actor.id,
  })
  await saveStep(ctx, after)
  await step.effect?.(ctx, after, input as never)
  await tellReporter(ctx, step, after, input)
  if (after.row.assignee && after.row.assignee !== before.row.assignee)
    await tellAssignee(ctx, type, after)
  await announce(ctx, `cases:${type.kind}`)
  return after
}

async function tellReporter(
  ctx: Ctx,
  step: Transition,
  file: CaseFile,
  input: StepInput,
): Promise<void> {
  const address = file.party?.email
  const letter = address ? step.tell?.(file, input as never) : undefined
  if (!address || !letter) return
  const to = { channel: 'email', address, locale: file.party?.locale ?? 'zh' } as const
  await notify(ctx, to, letter, { record: file.row.id, link: `/follow/${file.row.no}` })
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
