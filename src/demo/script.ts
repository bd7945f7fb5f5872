import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import { Type } from 'typebox'
import type { City } from '../core/city.ts'
import type { CaseItem } from '../kernel/cases/define.ts'
import { cityPlaces } from '../kernel/cases/pack.ts'
import type { Village } from '../kernel/cases/places.ts'
import { cityAgencies, cityStaff } from '../kernel/identity/pack.ts'
import { seedId } from '../kernel/identity/seed.ts'
import { pickOne, randomStream, timeWithin } from './random.ts'

const strings = Type.Array(Type.String())
const Texts = Type.Object({
  dispatch: Type.Record(
    Type.String(),
    Type.Array(Type.Object({ subject: Type.String(), body: Type.String(), finish: Type.String() })),
  ),
  petitions: Type.Record(
    Type.String(),
    Type.Array(Type.Object({ subject: Type.String(), body: Type.String(), reply: Type.String() })),
  ),
  supervision: Type.Array(
    Type.Object({ body: Type.String(), inspect: Type.String(), finish: Type.String() }),
  ),
  enquiries: Type.Record(
    Type.String(),
    Type.Array(Type.Object({ question: Type.String(), answer: Type.String() })),
  ),
  streets: strings,
  reporters: strings,
})

/** The pack's own invented words. */
export const demoTexts = (city: City) => city.read('demo-texts.json', Texts)

/** One step of a scripted case: which, when, by whom, with what. */
export type Beat = {
  readonly step: string
  readonly at: Date
  readonly actor: string
  readonly input: Readonly<Record<string, unknown>>
}

/** A case as the demo plays it: what was said, and every step until it ends. */
export type Scene = {
  readonly item: string
  readonly channel: string
  readonly subject: string
  readonly body: string
  readonly place: string
  readonly lat?: number
  readonly lon?: number
  readonly district?: string
  readonly village?: string
  readonly name: string
  readonly at: Date
  readonly beats: readonly Beat[]
  /** The body outside the city that owns it. */
  readonly outside?: string
}

/** The stage: everything a scene draws from, made once. */
export type Stage = {
  readonly random: () => number
  readonly texts: ReturnType<typeof demoTexts>
  readonly spots: readonly Spot[]
  readonly staffOf: (agency: string) => string
  /** Who approves what an officer asks for. */
  readonly approver: string
  /** Whether an agency stands outside the city. */
  readonly outside: (agency: string) => boolean
}

export type Spot = { lat: number; lon: number; district: string; village: string; name: string }

/** Sets the stage of a city. `seed` makes it repeatable. */
export function setStage(city: City, seed: number): Stage {
  const random = randomStream(seed)
  const { villages, districts } = cityPlaces(city)
  const names = new Map(districts.map(({ code, name }) => [code, name.zh]))
  const spots = Array.from({ length: 1500 }, () => {
    const village = pickOne(random, villages)
    const point = pointIn(random, village)
    return {
      ...point,
      district: village.district,
      village: village.code,
      name: names.get(village.district) ?? '',
    }
  })
  const staff = cityStaff(city)
  const external = new Set(cityAgencies(city).flatMap(({ id, external }) => (external ? [id] : [])))
  const fallback = staff.find(({ role }) => role === 'officer') ?? staff[0]
  return {
    random,
    texts: demoTexts(city),
    spots,
    approver: seedId('staff:supervisor-city'),
    outside: (agency) => external.has(agency),
    staffOf: (agency) => {
      const there = staff.filter((one) => one.agency === agency)
      const who = there.find(({ role }) => ['officer', 'crew'].includes(role)) ?? there[0]
      return seedId(`staff:${(who ?? fallback)?.id ?? 'nobody'}`)
    },
  }
}

function pointIn(random: () => number, { area, box }: Village): { lat: number; lon: number } {
  const [west, south, east, north] = box
  for (let tries = 0; ; tries++) {
    const lon = west + random() * (east - west)
    const lat = south + random() * (north - south)
    const rounded = { lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)) }
    if (tries > 50 || booleanPointInPolygon([rounded.lon, rounded.lat], area)) return rounded
  }
}

const hour = 3_600_000

/** A dispatch report and its repair. About one in eight is late, one in thirty is sent back. */
export function dispatchScene(
  stage: Stage,
  item: CaseItem,
  window: { from: Date; to: Date },
  photo: string,
): Scene {
  const { random, texts } = stage
  const words = pickOne(random, texts.dispatch[item.code] ?? Object.values(texts.dispatch)[0]!)
  const spot = pickOne(random, stage.spots)
  const at = timeWithin(random, window.from, window.to)
  const repair = item.clocks.find(({ kind }) => kind === 'repair')?.budget ?? 72
  const pace = random() < 0.125 ? 1.1 + random() : 0.1 + random() * 0.75
  const agency = item.agency({ district: spot.district, answers: {} })
  const actor = stage.staffOf(agency)
  const start = new Date(+at + Math.min(3, repair * 0.1) * hour * random())
  const finish = new Date(+at + repair * hour * pace)
  const done = { statement: words.finish, photos: [photo] }
  const outside = stage.outside(agency) ? agency : undefined
  const beats: Beat[] = outside
    ? [{ step: 'outside-reply', at: finish, actor: 'outside', input: { ...done, outcome: 'done' } }]
    : [
        { step: 'assign', at: start, actor, input: { assignee: actor } },
        { step: 'finish', at: finish, actor, input: done },
      ]
  if (random() < 0.033 && !outside) {
    const back = new Date(+finish + 5 * hour)
    const again = new Date(+back + repair * hour * 0.5)
    const reporter = 'public'
    beats.push({
      step: 'reopen',
      at: back,
      actor: reporter,
      input: { statement: '還是一樣，沒有修好。' },
    })
    beats.push({ step: 'finish', at: again, actor, input: done })
  }
  const last = beats.at(-1)!.at
  if (random() < 0.4)
    beats.push({ step: 'confirm', at: new Date(+last + 20 * hour), actor: 'public', input: {} })
  else beats.push({ step: 'settle', at: new Date(+last + 14 * 24 * hour), actor, input: {} })
  return {
    ...placed(stage, spot),
    ...words,
    item: item.code,
    ...(outside && { outside }),
    at,
    beats,
    channel: channelOf(random),
  }
}

/** A report about a public work, inspected, mended and answered. */
export function supervisionScene(
  stage: Stage,
  item: CaseItem,
  window: { from: Date; to: Date },
  photo: string,
): Scene {
  const { random, texts } = stage
  const words = pickOne(random, texts.supervision)
  const spot = pickOne(random, stage.spots)
  const at = timeWithin(random, window.from, window.to)
  const actor = stage.staffOf(item.agency({ district: spot.district, answers: {} }))
  const inspected = new Date(+at + (0.5 + random() * 3) * hour)
  const mended = new Date(+inspected + (3 + random() * 20) * hour)
  const inspect = { finding: 'defect', statement: words.inspect, photos: [photo] }
  const finish = { statement: words.finish, photos: [photo] }
  return {
    ...placed(stage, spot),
    item: item.code,
    subject: item.name.zh,
    body: words.body,
    at,
    beats: [
      { step: 'inspect', at: inspected, actor, input: inspect },
      { step: 'finish', at: mended, actor, input: finish },
      { step: 'settle', at: new Date(+mended + 14 * 24 * hour), actor, input: {} },
    ],
    channel: channelOf(random),
  }
}

/** A petition and its answer: some transferred, completed, extended or refused. */
export function petitionScene(
  stage: Stage,
  item: CaseItem,
  window: { from: Date; to: Date },
): Scene {
  const { random, texts } = stage
  const words = pickOne(random, texts.petitions[item.code] ?? Object.values(texts.petitions)[0]!)
  const spot = pickOne(random, stage.spots)
  const at = timeWithin(random, window.from, window.to)
  const actor = stage.staffOf(item.agency({ district: spot.district, answers: {} }))
  const accepted = new Date(+at + (2 + random() * 20) * hour)
  const days = random() < 0.04 ? 31 + random() * 6 : 1.5 + random() * 9
  const beats: Beat[] = [{ step: 'accept', at: accepted, actor, input: { assignee: actor } }]
  let answered = new Date(+accepted + days * 24 * hour)
  const turn = random()
  if (turn < 0.05) {
    const asked = new Date(+accepted + 12 * hour)
    const came = new Date(+asked + 50 * hour)
    beats.push({
      step: 'ask-completion',
      at: asked,
      actor,
      input: { statement: '請補充發生的時間與詳細地點。' },
    })
    beats.push({
      step: 'complete',
      at: came,
      actor: 'public',
      input: { statement: '大約晚上九點，在巷口。' },
    })
    if (answered <= came) answered = new Date(+came + 30 * hour)
  } else if (turn < 0.08 && days > 5) {
    const asked = { days: 10, note: '需要與相關單位會勘。' }
    const told = { statement: '本案需要與相關單位會勘，因此展延。', noticeBy: 'phone' }
    const then = +accepted + 4 * 24 * hour
    beats.push({ step: 'ask-extension', at: new Date(then), actor, input: asked })
    const approver = stage.approver
    beats.push({ step: 'extend', at: new Date(then + hour), actor: approver, input: told })
  }
  if (random() < 0.01) {
    const input = { ground: '173-2', statement: '同一事由先前已經答覆，並無新的事證。' }
    beats.push({ step: 'refuse', at: answered, actor, input })
  } else beats.push({ step: 'reply', at: answered, actor, input: { statement: words.reply } })
  beats.push({ step: 'settle', at: new Date(+answered + 30 * 24 * hour), actor, input: {} })
  return {
    ...placed(stage, spot),
    ...words,
    item: item.code,
    at,
    beats,
    channel: channelOf(random),
  }
}

function placed({ random, texts }: Stage, spot: Spot) {
  const { lat, lon, district, village } = spot
  const number = 1 + Math.floor(random() * 400)
  const place = `${spot.name}${pickOne(random, texts.streets)}${number}號附近`
  return { lat, lon, district, village, place, name: pickOne(random, texts.reporters) }
}

const channelOf = (random: () => number): string => {
  const draw = random()
  if (draw < 0.55) return 'phone'
  if (draw < 0.75) return 'app'
  if (draw < 0.93) return 'web'
  return draw < 0.98 ? 'counter' : 'letter'
}
