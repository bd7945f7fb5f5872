import type { VNode } from 'preact'
import { pick } from '../../core/i18n.ts'
import { Button, ButtonLink, Buttons } from '../../web/components/button.tsx'
import { type Errors, Fields, type Values } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { Notice } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Visit } from '../../web/pages.ts'
import type { DeskCall } from './desk.ts'
import { callCentrePack, enquiryTopics } from './pack.ts'

/**
 * An enquiry without leaving the call: the number of its topic, Tab, the question, Enter. It is
 * sent to the 1999 desk, which keeps it; an answer that must be found is looked for there.
 */
export const EnquiryForm = ({ visit }: { visit: Visit }): VNode => {
  const { view, platform } = visit
  return (
    <section aria-labelledby="enquiry">
      <h2 id="enquiry">{view.t('記一筆諮詢', 'Note an enquiry')}</h2>
      <form method="post" action={view.href('/desk/1999')} class="call-enquiry" data-stay>
        <input type="hidden" name="channel" value="phone" />
        <div class="field">
          <label for="f-topic">{view.t('主題（按數字）', 'Topic (press its number)')}</label>
          <select class="box" id="f-topic" name="topic">
            {enquiryTopics(platform.city).map(({ code, name }, at) => (
              <option key={code} value={code}>
                {at + 1} {pick(name, view.locale)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="f-question">
            {view.t('問題（不要寫個人資料）', 'Question (nothing personal)')}
          </label>
          <input
            class="box"
            id="f-question"
            name="question"
            required
            minlength={2}
            maxlength={500}
            autocomplete="off"
          />
        </div>
        <Button>{view.t('存檔', 'Save')}</Button>
      </form>
    </section>
  )
}

const schemaOf = ({ platform }: Visit): ObjectSchema => ({
  properties: {
    codes: {
      type: 'array',
      title: { zh: '這通電話的結果', en: 'What became of the call' },
      widget: 'checkboxes',
      options: callCentrePack(platform.city).results.map(({ code, name }) => ({
        value: code,
        label: name,
      })),
    },
    notes: {
      type: 'string',
      title: { zh: '備註', en: 'Notes' },
      maxLength: 1000,
      widget: 'textarea',
    },
  },
  required: ['codes'],
})

const callBackSchema: ObjectSchema = {
  properties: {
    callBack: {
      title: { zh: '約定回電', en: 'Call back' },
      properties: {
        name: { type: 'string', title: { zh: '找誰', en: 'Whom' }, maxLength: 60 },
        number: { type: 'string', title: { zh: '電話', en: 'Number' }, widget: 'tel' },
        dueAt: { type: 'string', title: { zh: '什麼時候', en: 'When' }, widget: 'datetime' },
        reason: { type: 'string', title: { zh: '為了什麼', en: 'What for' }, maxLength: 120 },
      },
      required: ['name', 'number', 'dueAt', 'reason'],
    },
  },
}

/** After the call: result codes, notes, a promised call-back. While it lasts, a word about that. */
export const WrapUpForm = (props: {
  visit: Visit
  call: DeskCall
  values?: Values | undefined
  errors?: Errors | undefined
}): VNode => {
  const { visit, call, values = {}, errors = {} } = props
  const { view } = visit
  const wanted = Object.keys(errors).some((name) => name.startsWith('callBack'))
  return (
    <section aria-labelledby="wrap-up">
      <h2 id="wrap-up" tabindex={-1}>
        {view.t('話後處理', 'Wrap up')}
      </h2>
      {call.ended ? (
        <Form view={view} action="/desk/calls/wrap-up">
          <input type="hidden" name="call" value={call.id} />
          <Fields
            view={view}
            schema={schemaOf(visit)}
            values={values}
            errors={errors}
            form="wrap"
          />
          <details open={wanted}>
            <summary>{view.t('約定回電', 'Promise to call back')}</summary>
            <Fields
              view={view}
              schema={callBackSchema}
              values={values}
              errors={errors}
              form="wrap"
            />
          </details>
          <Buttons>
            <Button look="primary">{view.t('存檔，接下一通', 'Save, next call')}</Button>
          </Buttons>
        </Form>
      ) : (
        <Notice
          tone="info"
          title={view.t('掛斷後在這裡選結果', 'Choose the results here afterwards')}
        >
          <ButtonLink href={view.href('/desk/calls')} icon="refresh">
            {view.t('重新整理', 'Refresh')}
          </ButtonLink>
        </Notice>
      )}
    </section>
  )
}
