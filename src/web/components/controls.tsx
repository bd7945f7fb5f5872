import type { VNode } from 'preact'
import { pick } from '../../core/i18n.ts'
import { dateText } from '../dates.ts'
import type { Widget } from '../fields.ts'
import { optionsOf, widgetOf } from '../fields.ts'
import type { ControlProps } from './field.tsx'

/** A box of one line: text, number, date, or text with suggestions. */
export const BoxControl = (props: ControlProps): VNode => {
  const { view, property, id } = props
  const widget = widgetOf(property)
  const list = widget === 'datalist' ? `${id}-list` : undefined
  const value = asText(props.value)
  const box = (
    <input
      {...common(props)}
      {...inputKind(widget, property.type === 'integer')}
      class={isShort(widget, property.maxLength) ? 'box short' : 'box'}
      value={value}
      list={list}
      minlength={property.minLength}
      maxlength={property.maxLength}
      autocomplete={property.autocomplete as 'on' | undefined}
      data-roc={widget === 'date' ? view.locale : undefined}
    />
  )
  return (
    <>
      {property.unit ? (
        <div class="with-unit">
          {box}
          <span class="keep">{pick(property.unit, view.locale)}</span>
        </div>
      ) : (
        box
      )}
      {list ? <Suggestions {...props} list={list} /> : null}
      {widget === 'date' ? (
        <output class="below" for={id}>
          {/^\d{4}-\d\d-\d\d/.test(value) ? dateText(value, view.locale) : ''}
        </output>
      ) : null}
    </>
  )
}

/** A box that hides what is typed; it never comes back filled. */
export const PasswordControl = (props: ControlProps): VNode => (
  <input
    {...common(props)}
    type="password"
    class="box"
    autocomplete={props.property.autocomplete as 'on' | undefined}
  />
)

/** Many lines, with a count of what is left when the schema has a limit. */
export const TextareaControl = (props: ControlProps): VNode => {
  const { view, property } = props
  const limit = property.maxLength
  const value = asText(props.value)
  return (
    <>
      <textarea
        {...common(props)}
        class="box"
        rows={5}
        data-count={limit}
        minlength={property.minLength}
        value={value}
      />
      {limit === undefined ? null : (
        <output
          class="below"
          for={props.id}
          data-left={view.t('還可以寫 {n} 字', '{n} characters left')}
          data-over={view.t('超過 {n} 字', '{n} characters too many')}
        >
          {view.t(`最多 ${limit} 字`, `At most ${limit} characters`)}
        </output>
      )}
    </>
  )
}

/** A closed list; the first line chooses nothing. */
export const SelectControl = (props: ControlProps): VNode => {
  const { view, property } = props
  const chosen = asText(props.value)
  return (
    <select {...common(props)} class="box">
      <option value="">{view.t('請選擇', 'Choose')}</option>
      {optionsOf(property).map((option) => (
        <option key={option.value} value={option.value} selected={option.value === chosen}>
          {pick(option.label, view.locale)}
        </option>
      ))}
    </select>
  )
}

const Suggestions = ({ view, property, list }: ControlProps & { list: string }) => (
  <datalist id={list}>
    {optionsOf(property).map((option) => (
      <option key={option.value} value={pick(option.label, view.locale)} />
    ))}
  </datalist>
)

/**
 * What all controls share. `required` is said, not enforced by the browser: its bubble is in the
 * browser's language and hides the page's own sentence, so forms carry `novalidate`.
 */
const common = (props: ControlProps) => ({
  id: props.id,
  name: props.name,
  required: props.required,
  'aria-describedby': props.describedBy,
  'aria-invalid': props.error ? ('true' as const) : undefined,
})

/** Numbers are typed into a text box: a wheel over a number box changes what was meant. */
const inputKind = (
  widget: Widget,
  whole: boolean,
): { type: BoxType; inputmode?: 'numeric' | 'decimal' } => {
  if (widget === 'number') return { type: 'text', inputmode: whole ? 'numeric' : 'decimal' }
  if (widget === 'datetime') return { type: 'datetime-local' }
  if (widget === 'date' || widget === 'email' || widget === 'tel') return { type: widget }
  return { type: 'text' }
}

type BoxType = 'text' | 'date' | 'datetime-local' | 'email' | 'tel'

const isShort = (widget: Widget, maxLength: number | undefined): boolean =>
  widget === 'number' || widget === 'tel' || (maxLength !== undefined && maxLength <= 16)

const asText = (value: unknown): string =>
  value === undefined || value === null ? '' : String(value)
