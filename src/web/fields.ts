import type { Text } from '../core/i18n.ts'

/** The control that asks for a value; without one `widgetOf` chooses by the schema's type. */
export type Widget =
  | 'text'
  | 'email'
  | 'password'
  | 'tel'
  | 'textarea'
  | 'number'
  | 'date'
  | 'datetime'
  | 'radio'
  | 'checkbox'
  | 'checkboxes'
  | 'select'
  | 'datalist'
  | 'file'
  | 'photo'
  | 'hidden'

/** What a schema's property carries for people, beside what it carries for machines. */
export type Question = {
  readonly title: Text
  readonly hint?: Text
  readonly widget?: Widget
  /** Names of the values of an `enum`, in its order or a shorter list. */
  readonly options?: readonly Option[]
  /** Written after the box: 元, 公尺. */
  readonly unit?: Text
  /** For browsers' address books, the tokens of HTML: `name`, `tel`, `street-address`. */
  readonly autocomplete?: string
}

/** One choice; `hint` says what it means when the word alone does not. */
export type Option = { readonly value: string; readonly label: Text; readonly hint?: Text }

/** The part of JSON Schema that a field reads; a TypeBox schema is one. */
export type FieldProperty = {
  readonly type?: string | readonly string[]
  readonly title?: Text | string
  readonly hint?: Text
  readonly widget?: Widget
  readonly options?: readonly Option[]
  readonly unit?: Text
  readonly autocomplete?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly FieldProperty[]
  readonly items?: FieldProperty
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, FieldProperty>>
  readonly required?: readonly string[]
}

/** A form: the properties in their order, and which of them must be answered. */
export type ObjectSchema = {
  readonly properties: Readonly<Record<string, FieldProperty>>
  readonly required?: readonly string[]
}

/** A file that the server already keeps: shown again when a form comes back with errors. */
export type StoredFile = {
  readonly token: string
  readonly name: string
  readonly url: string
  readonly image: boolean
}

/**
 * Words for a TypeBox schema: `Type.String({ ...asks({ title: { zh, en } }), maxLength: 60 })`.
 * TypeBox types `title` as a string, so the returned type keeps quiet about it; the value has it.
 */
export const asks = (question: Question): Omit<Question, 'title'> => question

/** The title of a property in both languages; a bare string stands for both. */
export const titleOf = (property: FieldProperty, name: string): Text => {
  const title = property.title ?? name
  return typeof title === 'string' ? { zh: title, en: title } : title
}

/** The choices of a property, from `options`, literals in a union, or an `enum`; else none. */
export const optionsOf = (property: FieldProperty): readonly Option[] => {
  if (property.options) return property.options
  if (property.items) return optionsOf(property.items)
  const literals = property.anyOf?.filter((choice) => choice.const !== undefined) ?? []
  if (literals.length > 0) return literals.map(literalOption)
  return (property.enum ?? []).map((value) => literalOption({ const: value }))
}

/** The control of a property: as it says, or what its type and number of choices suggest. */
export const widgetOf = (property: FieldProperty): Widget => {
  if (property.widget) return property.widget
  if (property.type === 'array') return 'checkboxes'
  const choices = optionsOf(property).length
  if (choices > 0) return choices <= 7 ? 'radio' : 'select'
  if (property.type === 'boolean') return 'checkbox'
  if (property.type === 'number' || property.type === 'integer') return 'number'
  return widgetOfString(property)
}

const widgetOfString = (property: FieldProperty): Widget => {
  if (property.format === 'date') return 'date'
  if (property.format === 'date-time') return 'datetime'
  if (property.format === 'email') return 'email'
  return (property.maxLength ?? 0) > 120 ? 'textarea' : 'text'
}

const literalOption = (choice: FieldProperty): Option => {
  const value = String(choice.const)
  const label = titleOf(choice, value)
  return choice.hint ? { value, label, hint: choice.hint } : { value, label }
}
