import type { ComponentChildren, VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { FieldProperty } from '../fields.ts'
import { titleOf, widgetOf } from '../fields.ts'
import type { View } from '../view.ts'
import { Choices, SingleCheckbox } from './choices.tsx'
import { BoxControl, PasswordControl, SelectControl, TextareaControl } from './controls.tsx'
import { FileControl } from './file-control.tsx'
import { Icon } from './icons.tsx'

/**
 * One question of a form: its name (dotted when nested), its schema, what was typed, what is
 * wrong.
 */
export type FieldProps = {
  view: View
  name: string
  property: FieldProperty
  value?: unknown
  error?: Text | undefined
  required?: boolean
  /** Which of several forms on a page, so that each field keeps an id of its own. */
  form?: string | undefined
}

/** What every control receives: the field, its id, and the ids of hint and error. */
export type ControlProps = FieldProps & { id: string; describedBy: string | undefined }

/** The id of a field's control, which the error summary links to. */
export const fieldId = (name: string, form = 'f'): string => `${form}-${name.replaceAll('.', '-')}`

/** Label above, hint beneath the label, error beneath the hint, then the control. */
export const Field = (props: FieldProps): VNode => {
  const id = fieldId(props.name, props.form)
  const about = [props.property.hint ? `${id}-hint` : '', props.error ? `${id}-error` : '']
  const describedBy = about.filter(Boolean).join(' ') || undefined
  const control = { ...props, id, describedBy }
  const widget = widgetOf(props.property)
  if (widget === 'hidden')
    return <input type="hidden" name={props.name} value={String(props.value ?? '')} />
  if (widget === 'checkbox') return <SingleCheckbox {...control} />
  const look = props.error ? 'field wrong' : 'field'
  if (widget === 'radio' || widget === 'checkboxes')
    return (
      <fieldset class={look} aria-describedby={describedBy}>
        <legend>
          <FieldTitle {...props} />
        </legend>
        <Explanation {...control} />
        <Choices {...control} />
      </fieldset>
    )
  return (
    <div class={look}>
      <label for={id}>
        <FieldTitle {...props} />
      </label>
      <Explanation {...control} />
      <Control {...control} />
    </div>
  )
}

/** The name of a question; what need not be answered says so, rather than a star on the others. */
export const FieldTitle = ({ view, name, property, required }: FieldProps): VNode => (
  <>
    {pick(titleOf(property, name), view.locale)}
    {required ? null : <span class="optional">{view.t('（選填）', ' (optional)')}</span>}
  </>
)

/** Hint and error with the ids that the control points to. */
export const Explanation = ({ view, id, property, error }: ControlProps): ComponentChildren => (
  <>
    {property.hint ? (
      <p class="hint" id={`${id}-hint`}>
        {pick(property.hint, view.locale)}
      </p>
    ) : null}
    {error ? (
      <p class="field-error" id={`${id}-error`}>
        <Icon name="alert" />
        <span>
          <span class="sr-only">{view.t('錯誤：', 'Error: ')}</span>
          {pick(error, view.locale)}
        </span>
      </p>
    ) : null}
  </>
)

const Control = (props: ControlProps): VNode => {
  const widget = widgetOf(props.property)
  if (widget === 'textarea') return <TextareaControl {...props} />
  if (widget === 'password') return <PasswordControl {...props} />
  if (widget === 'select') return <SelectControl {...props} />
  if (widget === 'file' || widget === 'photo') return <FileControl {...props} />
  return <BoxControl {...props} />
}
