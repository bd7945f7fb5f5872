import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Type } from 'typebox'
import { openCity } from '../../core/city.ts'
import { dispatchItems, dispatchPack } from '../../systems/dispatch/items.ts'
import { enquiryTopics } from '../../systems/enquiries/topics.ts'
import { petitionItems, petitionPack } from '../../systems/petitions/items.ts'
import { cityPlaces, cityProfile } from '../cases/pack.ts'
import { cityAgencies, cityRoles, cityStaff } from './pack.ts'

// The pack under test is the one the platform ships; this file names no city.
const root = fileURLToPath(new URL('../../../cities/', import.meta.url))
const packs = readdirSync(root).map((name) => openCity(`${root}${name}`))

const words = (...keys: string[]) =>
  Type.Record(
    Type.String(),
    Type.Array(Type.Object(Object.fromEntries(keys.map((key) => [key, Type.String()]))), {
      minItems: 3,
    }),
  )

const DemoTexts = Type.Object({
  dispatch: words('subject', 'body', 'finish'),
  petitions: words('subject', 'body', 'reply'),
  enquiries: words('question', 'answer'),
  streets: Type.Array(Type.String(), { minItems: 20 }),
  reporters: Type.Array(Type.String(), { minItems: 15 }),
})

const unique = (all: readonly string[]) => assert.equal(new Set(all).size, all.length)

for (const city of packs) {
  const { id } = cityProfile(city)
  const agencies = cityAgencies(city)
  const byId = new Map(agencies.map((agency) => [agency.id, agency]))
  const { items } = dispatchPack(city)

  test(`${id}: the parent of each agency stands before it`, () => {
    unique(agencies.map((agency) => agency.id))
    const seen = new Set<string>()
    for (const { id: agency, parent } of agencies) {
      if (parent) assert.ok(seen.has(parent), `${agency} stands before ${parent}`)
      seen.add(agency)
    }
  })

  test(`${id}: each district has one office`, () => {
    const offices = agencies.flatMap(({ district }) => district ?? []).sort()
    assert.deepEqual(
      offices,
      cityPlaces(city).districts.map(({ code }) => code),
    )
  })

  test(`${id}: whoever owns an item, a subject or a topic is an agency`, () => {
    const owners = [
      ...items.flatMap(({ owner }) => [
        owner.default,
        ...Object.values(owner.byDistrict ?? {}),
        ...(owner.rules ?? []).map((rule) => rule.owner),
      ]),
      ...petitionPack(city).items.map(({ owner }) => owner),
      ...enquiryTopics(city).map(({ agency }) => agency),
    ]
    for (const owner of owners) assert.ok(byId.has(owner), `no agency ${owner}`)
  })

  test(`${id}: an item of the district goes to the office of where it happened`, () => {
    const offices = new Map(agencies.map(({ district, id: office }) => [district, office]))
    for (const { code, owner } of items.filter((item) => item.owner.district)) {
      const item = dispatchItems(city).find((one) => one.code === code)
      assert.ok(item)
      assert.equal(item.agency({ district: null, answers: {} }), owner.default)
      for (const { code: district } of cityPlaces(city).districts)
        assert.equal(
          item.agency({ district, answers: {} }),
          owner.byDistrict?.[district] ?? offices.get(district),
        )
    }
  })

  test(`${id}: codes are unique and every item has both of its clocks`, () => {
    unique(items.map(({ code }) => code))
    unique(petitionPack(city).items.map(({ code }) => code))
    unique(enquiryTopics(city).map(({ code }) => code))
    const kinds = (all: readonly { clocks: readonly { kind: string }[] }[]) =>
      new Set(all.map(({ clocks }) => clocks.map(({ kind }) => kind).join()))
    assert.deepEqual([...kinds(dispatchItems(city))], ['respond,repair'])
    assert.deepEqual([...kinds(petitionItems(city))], ['ack,reply'])
  })

  test(`${id}: a question with a list offers answers, and only such a question`, () => {
    for (const { code, attributes } of items) {
      unique(attributes.map((attribute) => attribute.code))
      for (const { datatype, values } of attributes)
        assert.equal((values?.length ?? 0) > 1, /list$/.test(datatype), code)
    }
  })

  test(`${id}: staff hold a role of the pack at an agency of the pack`, () => {
    const roles = cityRoles(city)
    unique(cityStaff(city).map((person) => person.id))
    for (const { id: person, role, agency } of cityStaff(city)) {
      assert.ok(roles[role], `${person} has no role ${role}`)
      assert.ok(byId.has(agency), `${person} has no agency ${agency}`)
    }
  })

  test(`${id}: someone can work what each agency of the city owns`, () => {
    const districts = [null, ...cityPlaces(city).districts.map(({ code }) => code)]
    for (const [all, permission] of [
      [dispatchItems(city), 'dispatch.work'],
      [petitionItems(city), 'petitions.work'],
    ] as const)
      for (const owner of new Set(
        all.flatMap((item) => districts.map((district) => item.agency({ district, answers: {} }))),
      ))
        if (!byId.get(owner)?.external)
          assert.ok(reaches(owner, permission), `nobody has ${permission} at ${owner}`)
  })

  /** Whether someone's role gives the permission at the agency: from there or from above. */
  const reaches = (owner: string, permission: string): boolean =>
    cityStaff(city).some(({ role, agency }) =>
      cityRoles(city)[role]?.permissions.some(
        (right) =>
          right.permission === permission &&
          ((right.scope === 'agency' && agency === owner) ||
            (right.scope === 'subtree' && above(owner).includes(agency))),
      ),
    )

  const above = (agency: string): string[] => {
    const parent = byId.get(agency)?.parent
    return [agency, ...(parent ? above(parent) : [])]
  }

  test(`${id}: the demo has words for each item, subject and topic`, () => {
    const texts = city.read('demo-texts.json', DemoTexts)
    const codes = (all: readonly { code: string }[]) => all.map(({ code }) => code).sort()
    assert.deepEqual(Object.keys(texts.dispatch).sort(), codes(items))
    assert.deepEqual(Object.keys(texts.petitions).sort(), codes(petitionPack(city).items))
    assert.deepEqual(Object.keys(texts.enquiries).sort(), codes(enquiryTopics(city)))
  })
}
