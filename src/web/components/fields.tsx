import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { FieldProperty, ObjectSchema } from '../fields.ts'
import { titleOf } from '../fields.ts'
import type { View } from '../view.ts'
import { Field, fieldId } from './field.tsx'
import { Icon } from './icons.tsx'

/** Answers by the field's name; nested ones are objects. */
export type Values = Readonly<Record<string, unknown>>
/** Sentences by the field's name, dotted when nested, as `Refused.fields` has them. */
export type Errors = Readonly<Record<string, Text>>

type FieldsProps = {
  view: View
  schema: ObjectSchema
  values?: Values
  errors?: Errors
  /** Prefix of the names within a group: `place.` */
  prefix?: string
  /** Which of several forms on a page. */
  form?: string | undefined
}

/** All questions of a schema in its order; an object within it becomes a group. */
export const Fields = (props: FieldsProps): VNode => (
  <>
    {Object.entries(props.schema.properties).map(([key, property]) => (
      <OneField key={key} {...props} name={key} property={property} />
    ))}
  </>
)

const OneField = (props: FieldsProps & { name: string; property: FieldProperty }) => {
  const { view, schema, property, values = {}, errors = {}, prefix = '' } = props
  const name = prefix + props.name
  const value = values[props.name]
  if (property.properties)
    return (
      <fieldset class="group" id={fieldId(name, props.form)}>
        <legend>{pick(titleOf(property, name), view.locale)}</legend>
        <Fields
          view={view}
          schema={{ properties: property.properties, required: property.required }}
          values={isRecord(value) ? value : {}}
          errors={errors}
          prefix={`${name}.`}
          form={props.form}
        />
      </fieldset>
    )
  return (
    <Field
      view={view}
      name={name}
      property={property}
      value={value}
      error={errors[name]}
      required={schema.required?.includes(props.name) ?? false}
      form={props.form}
    />
  )
}

/**
 * What must be mended, on top of the page, each line a link to its field. Focused on arrival by the
 * main script; `role=alert` says it to those who do not see it. Nothing when there is no error.
 */
export const ErrorSummary = (props: {
  view: View
  errors: Errors
  /** Which of several forms on a page. */
  form?: string | undefined
}): VNode | null => {
  const { view, errors, form } = props
  const entries = Object.entries(errors)
  if (entries.length === 0) return null
  return (
    <div class="errors" role="alert" tabindex={-1} data-focus aria-labelledby="errors-title">
      <h2 class="notice-title" id="errors-title">
        <Icon name="alert" />
        {view.t(`有 ${entries.length} 處需要修改`, `${entries.length} answers need mending`)}
      </h2>
      <ul>
        {entries.map(([name, text]) => (
          <li key={name}>
            <a href={`#${fieldId(name, form)}`}>{pick(text, view.locale)}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}

const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
