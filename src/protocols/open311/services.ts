import type { City } from '../../core/city.ts'
import { notFound } from '../../core/errors.ts'
import { type Locale, pick } from '../../core/i18n.ts'
import { type DispatchPack, dispatchPack } from '../../systems/dispatch/items.ts'
import { type Answer, brief } from './format.ts'

type Item = DispatchPack['items'][number]

/** Everything that can be reported, in the order of the city pack. */
export function services(city: City, locale: Locale): Answer {
  const { groups, items } = dispatchPack(city)
  const groupNames = new Map(groups.map(({ code, name }) => [code, pick(name, locale)]))
  const list = items.map((item) => ({
    service_code: item.code,
    service_name: pick(item.name, locale),
    description: pick(item.description, locale),
    metadata: item.attributes.length > 0,
    type: 'realtime',
    keywords: item.keywords.join(','),
    group: groupNames.get(item.group) ?? item.group,
  }))
  return { json: list, root: 'services', content: { service: list } }
}

/** The further questions of one service. Refuses 404 for a code that is none of ours. */
export function serviceDefinition(city: City, code: string, locale: Locale): Answer {
  const item = serviceOf(city, code)
  const attributes = [...item.attributes]
    .sort((a, b) => a.order - b.order)
    .map((attribute) => attributeOf(attribute, locale))
  const definition = { service_code: item.code, attributes }
  return {
    json: definition,
    root: 'service_definition',
    content: {
      service_code: item.code,
      attributes: {
        attribute: attributes.map((one) =>
          'values' in one ? { ...one, values: { value: one.values } } : one,
        ),
      },
    },
  }
}

/** The item of a service code. Refuses 404. */
export function serviceOf(city: City, code: string): Item {
  const item = dispatchPack(city).items.find((one) => one.code === code)
  if (item) return item
  throw notFound({
    zh: `service_code「${brief(code)}」的服務項目`,
    en: `a service with the service_code “${brief(code)}”`,
  })
}

function attributeOf(attribute: Item['attributes'][number], locale: Locale) {
  const { code, datatype, required, order, description, values } = attribute
  return {
    variable: true,
    code,
    datatype,
    required,
    datatype_description: hints[datatype][locale],
    order,
    description: pick(description, locale),
    ...(values && {
      values: values.map(({ key, name }) => ({ key, name: pick(name, locale) })),
    }),
  }
}

const hints = {
  string: { zh: '一行文字', en: 'One line of text' },
  text: { zh: '可以寫好幾行', en: 'Several lines of text' },
  number: { zh: '數字', en: 'A number' },
  datetime: { zh: '日期，例如 2020-11-27', en: 'A date like 2020-11-27' },
  singlevaluelist: { zh: '選一個', en: 'Choose one' },
  multivaluelist: { zh: '可以選好幾個', en: 'Choose one or more' },
} as const
