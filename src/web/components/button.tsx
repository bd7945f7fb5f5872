import type { ComponentChildren, VNode } from 'preact'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'

type Look = 'primary' | 'danger' | 'plain'

/**
 * A form's button; one `primary` on a page. `name` and `value` say which of several was pressed.
 */
export const Button = (props: {
  children: ComponentChildren
  look?: Look
  icon?: IconName
  name?: string
  value?: string
  type?: 'submit' | 'button'
  disabled?: boolean
  /** Another address than the form's own. */
  formAction?: string
}): VNode => (
  <button
    class={props.look ? `button ${props.look}` : 'button'}
    type={props.type ?? 'submit'}
    name={props.name}
    value={props.value}
    disabled={props.disabled}
    formaction={props.formAction}
  >
    {props.icon ? <Icon name={props.icon} /> : null}
    {props.children}
  </button>
)

/** A link that is the next step; `href` already carries the language. */
export const ButtonLink = (props: {
  href: string
  children: ComponentChildren
  look?: Look
  icon?: IconName
}): VNode => (
  <a class={props.look ? `button ${props.look}` : 'button'} href={props.href}>
    {props.icon ? <Icon name={props.icon} /> : null}
    {props.children}
  </a>
)

/** The row at the end of a form. */
export const Buttons = ({ children }: { children: ComponentChildren }): VNode => (
  <div class="buttons">{children}</div>
)
