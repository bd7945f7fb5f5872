import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx, Platform } from '../core/context.ts'
import { rows } from '../core/db.ts'
import { followCode, recordNumber, secretHash } from '../core/number.ts'
import { operation, perform } from '../core/operation.ts'
import { officeCalendar } from '../kernel/calendar/store.ts'
import { advance, type StepInput } from '../kernel/cases/advance.ts'
import { itemOf } from '../kernel/cases/define.ts'
import { type CaseFile, openFile } from '../kernel/cases/file.ts'
import { keptFiles } from '../kernel/cases/kept-files.ts'
import { saveNew } from '../kernel/cases/store.ts'
import { loadBookings } from './bookings.ts'
import { loadRecentCalls } from './calls.ts'
import { loadAsked } from './chats.ts'
import { loadCalls, loadEnquiries } from './desk.ts'
import { freezeDemoReport } from './freeze.ts'
import { caseKinds, type Kind } from './kinds.ts'
import { fullVolume, makeScenes, noteDemo, period, player, prepare } from './load.ts'
import { progressBar } from './progress.ts'
import { type Scene, setStage } from './script.ts'
import { loadSignIns } from './sign-ins.ts'

/**
 * Builds the whole half-year: every case, enquiry and call as rows with their events, none of them
 * a total. Cases are carried through the same rules in memory and saved a thousand at a time.
 */
export async function loadFull(platform: Platform): Promise<void> {
  const total = Object.values(fullVolume).reduce((sum, n) => sum + n, 0)
  const bar = progressBar('完整半年 / the whole half-year', total)
  const photo = await prepare(platform)
  const stage = setStage(platform.city, 110)
  await loadEnquiries(platform, stage, fullVolume.enquiries, bar)
  await loadCalls(platform, stage, fullVolume.calls, bar)
  await loadRecentCalls(platform)
  await loadBookings(platform, fullVolume, bar)
  await loadAsked(platform, fullVolume.asked, bar)
  await loadSignIns(platform, fullVolume.signIns, bar)
  for (const kind of caseKinds) {
    const scenes = makeScenes(platform, stage, kind, fullVolume[kind.name], period, photo)
    for (let i = 0; i < scenes.length; i += batchSize) {
      const batch = scenes.slice(i, i + batchSize)
      await perform(platform, loadBatch(kind, batch), player, {}, { now: batch.at(-1)!.at })
      bar.add(batch.length)
    }
  }
  bar.end()
  await freezeDemoReport(platform)
  await noteDemo(platform, 'full')
}

const batchSize = 1000

/** Saves scenes of a kind with all their steps, played in memory; one transaction. */
export const loadBatch = (kind: Kind, scenes: readonly Scene[]) =>
  operation({
    name: `demo.load-${kind.name}`,
    title: { zh: '載入案件', en: 'Load cases' },
    permission: 'demo.load',
    input: Type.Object({}),
    run: async (ctx: Ctx) => {
      const calendar = await officeCalendar(ctx)
      const numbers = await rows(
        ctx.db,
        sql<{ n: number }>`select nextval('cases.number') as n
          from generate_series(1, ${scenes.length})`,
      )
      const files = scenes.map((scene, i) =>
        playInMemory(ctx, kind, scene, numbers[i]!.n, calendar),
      )
      await saveNew(ctx, files)
    },
  })

function playInMemory(
  ctx: Ctx,
  kind: Kind,
  scene: Scene,
  running: number,
  calendar: Awaited<ReturnType<typeof officeCalendar>>,
) {
  const item = itemOf(kind.type, ctx.city, scene.item)!
  const no = recordNumber(kind.type.prefix, scene.at, running)
  const intake = {
    ...scene,
    no,
    item,
    secretHash: secretHash(ctx.config.secret, no, followCode(ctx.config.secret, no)),
    receivedAt: scene.at,
    party: {
      role: 'reporter' as const,
      name: scene.name,
      phone: null,
      email: null,
      locale: 'zh' as const,
    },
  }
  let file: CaseFile = openFile(kind.type, intake, calendar, scene.at)
  const { outside } = scene
  const sent = { step: 'forward', at: scene.at, actor: player.id }
  const forwarded = { ...sent, input: { outside, statement: '由外部單位負責，轉請辦理。' } }
  const beats = outside ? [forwarded, ...scene.beats] : scene.beats
  for (const { step, at, actor, input } of beats) {
    const given = input as StepInput
    const ready = given.photos ? { ...given, photos: keptFiles(ctx, given.photos) } : given
    file = advance(kind.type, file, step, ready, { now: at, actor, calendar, city: ctx.city })
  }
  const times = [scene.at, ...beats.map(({ at }) => at)]
  const actors = [player.id, ...beats.map(({ actor }) => actor)]
  return { file, times, actors }
}
