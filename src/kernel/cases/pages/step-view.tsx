import { pick } from '../../../core/i18n.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { View } from '../../../web/view.ts'
import type { Transition } from '../define.ts'
import type { Template } from '../templates.ts'
import { type Choices, formSchema } from './step-form.ts'

type StepProps = {
  view: View
  action: string
  step: Transition
  choices: Choices
  open: boolean
  values: Values
  errors: Errors
  templates?: readonly Template[]
}

/** A step as a form behind its name; the likely next one stands open. Reporters use it as well. */
export const StepForm = (props: StepProps) => {
  const { view, step } = props
  const title = pick(step.title, view.locale)
  // Several steps ask for a statement; each form names its own fields.
  const form = props.action.split('/').at(-1)
  return (
    <details class="step" id={`step-${form}`} open={props.open}>
      <summary>{title}</summary>
      <ErrorSummary view={view} errors={props.errors} form={form} />
      <Templates view={view} form={form ?? ''} templates={props.templates ?? []} />
      <Form view={view} action={props.action} files>
        {step.hint ? <p class="hint">{pick(step.hint, view.locale)}</p> : null}
        <Fields
          view={view}
          schema={formSchema(step, props.choices)}
          values={props.values}
          errors={props.errors}
          form={form}
        />
        <Buttons>
          <Button {...(step.primary && { look: 'primary' as const })}>{title}</Button>
        </Buttons>
      </Form>
    </details>
  )
}

type TemplatesProps = { view: View; form: string; templates: readonly Template[] }

/** Words said often: a link puts them into the form, where they can still be changed. */
const Templates = ({ view, form, templates }: TemplatesProps) => {
  if (templates.length === 0) return null
  return (
    <p class="hint">
      {view.t('範本：', 'Templates: ')}
      {templates.map(({ id, title }, i) => (
        <span key={id}>
          {i > 0 ? view.t('、', ', ') : ''}
          <a href={`?template=${id}#step-${form}`}>{title}</a>
        </span>
      ))}
    </p>
  )
}
