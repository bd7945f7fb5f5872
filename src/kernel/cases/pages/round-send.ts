import sharp from 'sharp'
import { notFound } from '../../../core/errors.ts'
import { rocDateTime } from '../../../core/format.ts'
import { fromForm } from '../../../core/schema.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { CaseType } from '../define.ts'
import { stepOf } from '../operations.ts'
import { mayReadFile, missingFile } from './desk-files.ts'
import { roundSteps } from './round-card.tsx'
import { stepInput } from './step-form.ts'

/**
 * Takes a step that was written on site and waited for a network. The `Idempotency-Key` of the
 * device makes a second sending of it harmless. Answers JSON; refusals are problem+json.
 */
export async function sendFromRound(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { form, request, perform, platform } = visit
  const type = types.find(({ kind }) => kind === form.get('kind'))
  const name = roundSteps.find((step) => step === form.get('step'))
  const step = name && type?.transitions[name]
  if (!type || !step) throw notFound({ zh: '這個步驟', en: 'this step' })
  const given = stepInput(step, form)
  const at = writtenAt(form.get('writtenAt'), platform.now())
  // What the officer sees is when it is sent; the round says when it was seen.
  if (at && given.note) given.note = `${given.note}\n（現場記下：${rocDateTime(at, 'zh')}）`
  const key = request.headers['idempotency-key']
  const done = await perform(
    stepOf(type, name),
    { case: form.get('no'), ...(fromForm(step.input, given) as object) },
    typeof key === 'string' ? { idempotencyKey: key } : {},
  )
  return { body: JSON.stringify(done), type: 'application/json' }
}

/** When it was written; nothing where the device's clock says something else than the past week. */
function writtenAt(given: string, now: Date): Date | undefined {
  const at = new Date(given)
  const ago = +now - +at
  return ago >= 0 && ago < 7 * 86_400_000 ? at : undefined
}

/** A photograph of a case at most 640 px wide, for who may see the case. */
export async function roundPhoto(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const sha = visit.params.sha ?? ''
  if (!(await mayReadFile(types, visit, sha))) throw missingFile()
  const small = sharp().resize(640, 640, { fit: 'inside' }).jpeg({ quality: 70 })
  visit.reply.header('cache-control', 'private, max-age=600')
  return { body: visit.platform.files.open(sha).pipe(small), type: 'image/jpeg' }
}
