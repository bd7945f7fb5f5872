import { sql } from 'kysely'
import sharp from 'sharp'
import { Type } from 'typebox'
import { type Actor, type Platform, systemActor } from '../core/context.ts'
import { one, transact } from '../core/db.ts'
import { record } from '../core/event.ts'
import { halfYear } from '../core/format.ts'
import { operation, perform } from '../core/operation.ts'
import { stepOf } from '../kernel/cases/operations.ts'
import { seedId, seedStaff } from '../kernel/identity/seed.ts'
import { declareService } from '../systems/call-centre/operations.ts'
import { loadBookings } from './bookings.ts'
import { loadRecentCalls } from './calls.ts'
import { loadAsked, loadTalks, openChatbot } from './chats.ts'
import { loadCalls, loadEnquiries } from './desk.ts'
import { freezeDemoReport } from './freeze.ts'
import { caseKinds, type Kind } from './kinds.ts'
import { inParallel, progressBar } from './progress.ts'
import { type Scene, type Stage, setStage } from './script.ts'
import { loadSignIns } from './sign-ins.ts'

/** How many records the document's half-year had: what `npm run demo -- --full` builds. */
export const fullVolume = {
  enquiries: 101_761,
  dispatch: 52_774,
  petitions: 97_818,
  supervision: 38,
  calls: 424_262,
  legalAid: 4713,
  health: 114,
  asked: 11_602,
  signIns: 74_684,
}

/** The half-year of the requirement document. */
export const period = halfYear('109H2')

export const player = systemActor('demo')

/** Whether some demo is loaded already, and which. */
export async function loadedDemo(platform: Platform): Promise<string | null> {
  const scope = { scope: 'city', person: '', agencies: [], secrets: [] } as const
  const found = await transact(platform.database.app, scope, (db) =>
    one(
      db,
      sql<{ volume: string | null }>`select max(data ->> 'volume') as volume
        from core.event where type = 'demo.loaded'`,
    ),
  )
  return found.volume
}

const noteLoaded = operation({
  name: 'demo.note-loaded',
  title: { zh: '記錄展示資料已載入', en: 'Note that the demo is loaded' },
  permission: 'demo.load',
  input: Type.Object({ volume: Type.String() }),
  run: async (ctx, { volume }) => {
    await record(ctx, { record: seedId('demo'), type: 'demo.loaded', data: { volume } })
  },
})

/** Notes which volume is loaded, so that a later start leaves it alone. */
export const noteDemo = (platform: Platform, volume: string): Promise<void> =>
  perform(platform, noteLoaded, player, { volume })

/**
 * Replays a hundredth of the half-year through the same operations that people use, each with the
 * time at which it happened. On the first start only; under a minute on two cores.
 */
export async function loadSample(platform: Platform): Promise<void> {
  if ((await loadedDemo(platform)) !== null) return
  const volume = Object.fromEntries(
    Object.entries(fullVolume).map(([name, n]) => [name, Math.max(4, Math.round(n / 100))]),
  ) as typeof fullVolume
  const cases = caseKinds.reduce((sum, { name, recent }) => sum + volume[name] + recent, 0)
  const others = ['enquiries', 'calls', 'legalAid', 'health', 'asked', 'signIns'] as const
  const records = others.reduce((sum, name) => sum + volume[name], cases)
  const bar = progressBar('展示資料 / demo data', records)
  const photo = await prepare(platform)
  const stage = setStage(platform.city, 109)
  await loadEnquiries(platform, stage, volume.enquiries, bar)
  await loadCalls(platform, stage, volume.calls, bar)
  await loadRecentCalls(platform)
  await loadBookings(platform, volume, bar)
  await loadAsked(platform, volume.asked, bar)
  await loadSignIns(platform, volume.signIns, bar)
  for (const kind of caseKinds) {
    const scenes = makeScenes(platform, stage, kind, volume[kind.name], period, photo)
    await inParallel(scenes, 6, async (scene) => {
      await play(platform, kind, scene, platform.now(), photo)
      bar.add(1)
    })
  }
  await loadRecent(platform, stage, photo, bar)
  await loadTalks(platform)
  await freezeDemoReport(platform)
  await noteDemo(platform, 'sample')
  bar.end()
}

/** Accounts, the line's own facts and a photograph: what every volume needs first. */
export async function prepare(platform: Platform): Promise<string> {
  const first = { now: new Date(+period.from - 86_400_000) }
  await perform(platform, seedStaff, player, {}, first)
  const daily = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    weekday,
    fromMinute: 0,
    toMinute: 1440,
  }))
  const service = { openedOn: '2008-04-01', hours: daily }
  await perform(platform, declareService, player, service, first)
  await openChatbot(platform, first)
  return keepPhoto(platform)
}

/** A drawn picture of a mended lamp, plainly a sample. */
async function keepPhoto(platform: Platform): Promise<string> {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640">
    <rect width="960" height="640" fill="#1d3b53"/>
    <rect y="520" width="960" height="120" fill="#33434d"/>
    <rect x="470" y="180" width="14" height="350" fill="#8fa3ad"/>
    <path d="M477 190 q90 -60 160 -10" stroke="#8fa3ad" stroke-width="12" fill="none"/>
    <ellipse cx="640" cy="190" rx="46" ry="16" fill="#ffe9a8"/>
    <path d="M600 200 L520 520 L780 520 L680 200 Z" fill="#ffe9a8" opacity="0.25"/>
    <text x="40" y="600" font-size="34" fill="#dfe7ec" font-family="sans-serif">sample 示範照片</text>
  </svg>`
  const content = await sharp(Buffer.from(drawing)).jpeg().toBuffer()
  const scope = { scope: 'none', person: '', agencies: [], secrets: [] } as const
  const file = await transact(platform.database.app, scope, (db) =>
    platform.files.keep(db, content),
  )
  return platform.files.token(file.sha256)
}

/** The scripts of `n` cases of a kind, in the order in which they begin. */
export function makeScenes(
  platform: Platform,
  stage: Stage,
  kind: Kind,
  n: number,
  window: { from: Date; to: Date },
  photo: string,
): Scene[] {
  const items = kind.type.items(platform.city)
  const scenes = Array.from({ length: n }, () => {
    const item = items[Math.floor(stage.random() ** 1.6 * items.length)]!
    return kind.scene(stage, item, window, photo)
  })
  return scenes.sort((a, b) => +a.at - +b.at)
}

/** Plays one scene through operations: opened, then every step that happened before `until`. */
async function play(
  platform: Platform,
  kind: Kind,
  scene: Scene,
  until: Date,
  scan: string,
): Promise<void> {
  const input = kind.input(scene, platform.city, scan)
  const { no } = await perform(platform, kind.file, player, input, { now: scene.at })
  for (const beat of scene.beats) {
    if (beat.at > until) break
    const actor: Actor = { ...player, id: beat.actor }
    const op = stepOf(kind.type, beat.step)
    await perform(platform, op, actor, { case: no, ...beat.input }, { now: beat.at })
  }
}

/** Some cases of the last twelve days, so that the desk has work today; outside the half-year. */
async function loadRecent(
  platform: Platform,
  stage: Stage,
  photo: string,
  bar: { add: (n: number) => void },
): Promise<void> {
  const now = platform.now()
  const window = { from: new Date(+now - 12 * 86_400_000), to: new Date(+now - 600_000) }
  for (const kind of caseKinds) {
    const scenes = makeScenes(platform, stage, kind, kind.recent, window, photo)
    await inParallel(scenes, 6, async (scene) => {
      await play(platform, kind, scene, now, photo)
      bar.add(1)
    })
  }
}
