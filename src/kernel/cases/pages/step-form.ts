import type { Say } from '../../../core/i18n.ts'
import type { FieldProperty, ObjectSchema, Option } from '../../../web/fields.ts'
import type { Form } from '../../../web/pages.ts'
import { storedFiles } from '../../forms/pages/uploads.ts'
import type { Transition } from '../define.ts'

/** Choices that only the running city knows, by the widget that asks for them. */
export type Choices = Readonly<Partial<Record<ChoiceName, readonly Option[]>>>

const choiceNames = ['staff', 'agency', 'outside', 'joint', 'item'] as const
type ChoiceName = (typeof choiceNames)[number]

const isChoice = (widget: string | undefined): widget is ChoiceName =>
  choiceNames.some((name) => name === widget)

type Annotated = { readonly widget?: string; readonly needed?: true } & Omit<
  FieldProperty,
  'widget'
>

const propertiesOf = (step: Transition) =>
  Object.entries(step.input.properties) as unknown as [string, Annotated][]

/** The input of a step as the form shows it: staff and agencies as lists, photographs as files. */
export function formSchema(step: Transition, choices: Choices): ObjectSchema {
  return {
    properties: Object.fromEntries(
      propertiesOf(step).map(([name, property]): [string, FieldProperty] => {
        const { widget } = property
        if (widget === 'photos') return [name, { ...property, widget: 'photo' }]
        if (isChoice(widget))
          return [name, { ...property, widget: 'select', options: choices[widget] ?? [] }]
        return [name, property as FieldProperty]
      }),
    ),
    required: requiredNames(step),
  }
}

/** Files are an empty list rather than nothing: whether one is needed stands beside them. */
const requiredNames = (step: Transition): string[] => {
  const names: readonly string[] = (step.input as { required?: string[] }).required ?? []
  return propertiesOf(step)
    .filter(([name, { widget, needed }]) => (widget === 'photos' ? needed : names.includes(name)))
    .map(([name]) => name)
}

/** What a posted form says, by the names of the step's input. */
export const stepInput = (step: Transition, form: Form): Record<string, unknown> =>
  Object.fromEntries(
    propertiesOf(step).map(([name, { widget }]) => [
      name,
      widget === 'photos' ? [...form.files(name)] : form.get(name),
    ]),
  )

/** The same answers for a form that comes back: kept photographs as pictures. */
export const formValues = (
  step: Transition,
  given: Readonly<Record<string, unknown>>,
  t: Say,
): Record<string, unknown> =>
  Object.fromEntries(
    propertiesOf(step).map(([name, { widget }]) => [
      name,
      widget === 'photos' ? storedFiles(given[name], t) : given[name],
    ]),
  )
