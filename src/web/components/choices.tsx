import type { VNode } from 'preact'
import { pick } from '../../core/i18n.ts'
import { optionsOf, widgetOf } from '../fields.ts'
import type { ControlProps } from './field.tsx'
import { Explanation, FieldTitle } from './field.tsx'

/** Radio buttons or checkboxes, a line of 44 px each; the first one bears the field's id. */
export const Choices = (props: ControlProps): VNode => {
  const { view, property, name, id } = props
  const type = widgetOf(property) === 'radio' ? 'radio' : 'checkbox'
  const chosen = new Set(asList(props.value))
  return (
    <div class="choices">
      {optionsOf(property).map((option, index) => (
        <label class="choice" key={option.value}>
          <input
            type={type}
            id={index === 0 ? id : undefined}
            name={name}
            value={option.value}
            checked={chosen.has(option.value)}
            required={type === 'radio' && props.required}
          />
          <span>{pick(option.label, view.locale)}</span>
          {option.hint ? <span class="hint">{pick(option.hint, view.locale)}</span> : null}
        </label>
      ))}
    </div>
  )
}

/** One yes-or-no box whose title stands beside it; unchecked it sends nothing. */
export const SingleCheckbox = (props: ControlProps): VNode => (
  <div class={props.error ? 'field wrong' : 'field'}>
    <Explanation {...props} />
    <label class="choice">
      <input
        type="checkbox"
        id={props.id}
        name={props.name}
        value="true"
        checked={props.value === true || props.value === 'true'}
        required={props.required}
        aria-describedby={props.describedBy}
        aria-invalid={props.error ? 'true' : undefined}
      />
      <span>
        <FieldTitle {...props} />
      </span>
    </label>
  </div>
)

const asList = (value: unknown): readonly string[] => {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(String) : [String(value)]
}
