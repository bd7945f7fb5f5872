import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { invalid } from './errors.ts'
import type { Text } from './i18n.ts'

type Validator = ReturnType<typeof Compile>
const validators = new WeakMap<TSchema, Validator>()

/** Checks a value against its schema and returns it typed, without unknown properties. */
export function check<S extends TSchema>(schema: S, value: unknown): Static<S> {
  let validator = validators.get(schema)
  if (!validator) {
    validator = Compile(schema)
    validators.set(schema, validator)
  }
  const known = Value.Clean(schema, structuredClone(value ?? {}))
  const clean = Value.Default(schema, narrow(schema as Annotated, known))
  if (validator.Check(clean)) return clean as Static<S>
  throw invalid(fieldProblems(schema, clean))
}

/** Turns a form's strings into the schema's types; an empty answer counts as none. */
export function fromForm<S extends TSchema>(schema: S, form: Record<string, unknown>): unknown {
  const given = Object.entries(form).filter(([, value]) => value !== '' && value !== undefined)
  return Value.Convert(schema, narrow(schema as Annotated, Object.fromEntries(given)) as object)
}

/** Written for machines to dial or to send to. */
const narrowWidgets = ['tel', 'email']

/** Such fields in half-width (NFKC): a Chinese keyboard easily writes ０９１２－３４５６７８. */
function narrow(schema: Annotated, value: unknown): unknown {
  const { properties } = schema
  if (!properties || typeof value !== 'object' || value === null || Array.isArray(value))
    return value
  const all = Object.entries(value).map(([name, one]): [string, unknown] => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    const { widget = '' } = property ?? {}
    if (typeof one === 'string' && narrowWidgets.includes(widget))
      return [name, one.normalize('NFKC').trim()]
    return [name, property ? narrow(property, one) : one]
  })
  return Object.fromEntries(all)
}

type Fault = {
  keyword: string
  instancePath: string
  schemaPath: string
  params: Record<string, unknown>
}

/** A sentence for each field that says what to mend. Keys are dotted paths. */
export function fieldProblems(schema: TSchema, value: unknown): Record<string, Text> {
  const problems: Record<string, Text> = {}
  for (const fault of Value.Errors(schema, value) as unknown as Fault[]) {
    for (const path of pathsOf(fault)) {
      const own = propertyAt(schema, path)?.problem
      if (!problems[path]) problems[path] = own ?? sentence(fault)
    }
  }
  return problems
}

function pathsOf(fault: Fault): string[] {
  const base = fault.instancePath.split('/').filter(Boolean)
  if (fault.keyword !== 'required') return [base.join('.')]
  const missing = (fault.params.requiredProperties ?? []) as string[]
  return missing.map((name) => [...base, name].join('.'))
}

type Annotated = { properties?: Record<string, Annotated>; problem?: Text; widget?: string }

function propertyAt(schema: TSchema, path: string): Annotated | undefined {
  let at: Annotated | undefined = schema as Annotated
  for (const part of path.split('.')) at = at?.properties?.[part]
  return at
}

function sentence(fault: Fault): Text {
  const { params } = fault
  switch (fault.keyword) {
    case 'required':
      return { zh: '這一欄必填。', en: 'Fill in this answer.' }
    case 'minLength':
      return params.limit === 1
        ? { zh: '這一欄必填。', en: 'Fill in this answer.' }
        : { zh: `至少 ${params.limit} 個字。`, en: `Write at least ${params.limit} characters.` }
    case 'maxLength':
      return {
        zh: `最多 ${params.limit} 個字，請精簡。`,
        en: `Shorten to ${params.limit} characters.`,
      }
    case 'minimum':
    case 'exclusiveMinimum':
      return { zh: `不可小於 ${params.limit}。`, en: `Give ${params.limit} or more.` }
    case 'maximum':
    case 'exclusiveMaximum':
      return { zh: `不可大於 ${params.limit}。`, en: `Give ${params.limit} or less.` }
    case 'maxItems':
      return { zh: `最多 ${params.limit} 個。`, en: `At most ${params.limit}.` }
    case 'minItems':
      return { zh: `至少 ${params.limit} 個。`, en: `At least ${params.limit}.` }
    case 'format':
    case 'pattern':
      return formatSentence(String(params.format ?? ''))
    case 'type':
      return params.type === 'number' || params.type === 'integer'
        ? { zh: '請填數字。', en: 'Give a number.' }
        : { zh: '格式不對。', en: 'This has the wrong form.' }
    default:
      return { zh: '請從選項中選一個。', en: 'Choose one of the options.' }
  }
}

function formatSentence(format: string): Text {
  if (format === 'email')
    return {
      zh: '電子郵件格式不對，例如 name@example.com。',
      en: 'This is no e-mail address; write it like name@example.com.',
    }
  if (format.startsWith('date'))
    return { zh: '日期格式不對，例如 2020-11-27。', en: 'Write the date like 2020-11-27.' }
  return { zh: '格式不對，請照說明填寫。', en: 'This has the wrong form; see the hint.' }
}
