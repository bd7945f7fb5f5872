import type { Text } from '../../core/i18n.ts'

/*
 * What the API description says of these routes. The server checks nothing by it: parameters are
 * read by format.ts, search.ts and posting.ts, which answer in GeoReport's own errors.
 */

const string = { type: 'string' } as const
const dateTime = { type: 'string', format: 'date-time' } as const
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
})
const list = (items: object) => ({ type: 'array', items })

const service = object(
  {
    service_code: string,
    service_name: string,
    description: string,
    metadata: { type: 'boolean' },
    type: { type: 'string', enum: ['realtime', 'batch', 'blackbox'] },
    keywords: { type: 'string', description: 'separated by commas' },
    group: string,
  },
  ['service_code', 'service_name', 'type'],
)

const attribute = object(
  {
    variable: { type: 'boolean' },
    code: string,
    datatype: {
      type: 'string',
      enum: ['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'],
    },
    required: { type: 'boolean' },
    datatype_description: string,
    order: { type: 'integer' },
    description: string,
    values: list(object({ key: string, name: string }, ['key', 'name'])),
  },
  ['variable', 'code', 'datatype', 'required'],
)

const request = object(
  {
    service_request_id: string,
    status: { type: 'string', enum: ['open', 'closed'] },
    status_notes: string,
    service_name: string,
    service_code: string,
    description: { type: 'string', description: 'always empty: what reporters write is private' },
    agency_responsible: string,
    service_notice: string,
    requested_datetime: dateTime,
    updated_datetime: dateTime,
    expected_datetime: dateTime,
    address: { type: 'string', description: 'district and village' },
    address_id: string,
    zipcode: string,
    lat: { type: 'number', description: 'rounded to about 100 m' },
    long: { type: 'number', description: 'rounded to about 100 m' },
    media_url: string,
    extended_attributes: object({ state: string, district: string, village: string }),
    notes: list(object({ datetime: dateTime, description: string, type: string })),
  },
  ['service_request_id', 'status', 'service_code', 'requested_datetime'],
)

const endpoint = object({
  specification: string,
  url: string,
  changeset: string,
  type: string,
  formats: list(string),
})

const posted = object({ service_request_id: string, service_notice: string, account_id: string })
const errors = list(object({ code: { type: 'integer' }, description: string }))

const search = object({
  jurisdiction_id: string,
  service_request_id: { type: 'string', description: 'commas between; overrides the rest' },
  service_code: { type: 'string', description: 'commas between' },
  start_date: dateTime,
  end_date: { ...dateTime, description: 'at most 90 days after start_date' },
  status: { type: 'string', description: 'open, closed; commas between' },
  page: { type: 'integer', minimum: 1 },
  page_size: { type: 'integer', minimum: 1, maximum: 1000 },
  extensions: { type: 'string', description: 'true adds extended_attributes' },
  lang: { type: 'string', enum: ['zh', 'en'] },
})

const form = object(
  {
    api_key: string,
    jurisdiction_id: string,
    service_code: string,
    lat: { type: 'number', description: 'one of lat with long, address_string, address_id' },
    long: { type: 'number' },
    address_string: string,
    address_id: { type: 'string', description: 'code of a district or village' },
    'attribute[code]': { type: 'string', description: 'also attribute[code][] for several' },
    ...{ email: string, device_id: string, account_id: string },
    ...{ first_name: string, last_name: string, phone: string },
    description: { type: 'string', maxLength: 4000 },
    media_url: { type: 'string', description: 'kept as text, never fetched' },
    media: { type: 'string', format: 'binary', description: 'multipart: at most 5 files of 15 MB' },
  },
  ['api_key', 'service_code'],
)

const update = object({
  update_id: string,
  service_request_id: string,
  status: { type: 'string', description: 'open, in_progress, fixed, closed, duplicate, …' },
  updated_datetime: dateTime,
  description: string,
  media_url: string,
})

const updateForm = object(
  {
    ...{ api_key: string, jurisdiction_id: string, service_request_id: string },
    update_id: { type: 'string', description: "the client's own; the same one is taken once" },
    status: { type: 'string', enum: ['OPEN', 'REOPEN', 'FIXED', 'CLOSED'] },
    updated_datetime: dateTime,
    description: { type: 'string', maxLength: 4000 },
  },
  ['api_key', 'service_request_id', 'update_id', 'status', 'description'],
)

const plain = object({ jurisdiction_id: string, lang: { type: 'string', enum: ['zh', 'en'] } })

const routes = {
  discovery: {
    title: { zh: '服務說明', en: 'Service discovery' },
    answer: object({
      changeset: string,
      contact: string,
      key_service: string,
      endpoints: list(endpoint),
    }),
  },
  services: { title: { zh: '可以通報的項目', en: 'List of services' }, answer: list(service) },
  service: {
    title: { zh: '一個項目的問題', en: 'Definition of a service' },
    answer: object({ service_code: string, attributes: list(attribute) }, ['service_code']),
  },
  requests: {
    title: { zh: '查詢通報', en: 'List of requests' },
    answer: list(request),
    query: search,
  },
  request: { title: { zh: '查詢一件通報', en: 'One request' }, answer: list(request) },
  token: {
    title: { zh: '以權杖查案號', en: 'Number of a token' },
    answer: list(object({ service_request_id: string, token: string })),
  },
  updates: {
    title: { zh: '查詢通報的進度', en: 'List of updates' },
    answer: list(update),
    query: object({ jurisdiction_id: string, start_date: dateTime, end_date: dateTime }),
  },
  postUpdate: {
    title: { zh: '補充一件通報', en: 'Post an update' },
    answer: list(object({ update_id: string })),
    body: updateForm,
  },
  post: { title: { zh: '通報', en: 'Report' }, answer: list(posted), body: form },
} as const

/** The entry of one route in the API description. */
export function describe(name: keyof typeof routes) {
  const route: { title: Text; answer: object; query?: object; body?: object } = routes[name]
  return {
    operationId: `open311.${name}`,
    tags: ['open311'],
    summary: `${route.title.zh} ${route.title.en}`,
    'x-title': route.title,
    description: 'Open311 GeoReport v2. The address ends with .xml or .json.',
    querystring: route.query ?? plain,
    ...(route.body && {
      body: route.body,
      consumes: ['application/x-www-form-urlencoded', 'multipart/form-data'],
    }),
    produces: ['application/json', 'text/xml'],
    response: { 200: route.answer, '4xx': errors },
  }
}
