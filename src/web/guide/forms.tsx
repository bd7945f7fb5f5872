import type { VNode } from 'preact'
import Type from 'typebox'
import type { Text } from '../../core/i18n.ts'
import { Button, Buttons } from '../components/button.tsx'
import { ErrorSummary, Fields } from '../components/fields.tsx'
import { Form } from '../components/form.tsx'
import { MapPicker } from '../components/maps.tsx'
import { asks } from '../fields.ts'
import type { View } from '../view.ts'

const t = (zh: string, en: string): Text => ({ zh, en })

const faultSchema = Type.Object({
  kind: Type.Union(
    [
      Type.Literal('light', { ...asks({ title: t('路燈', 'Street light') }) }),
      Type.Literal('road', {
        ...asks({
          title: t('路面', 'Road surface'),
          hint: t('破洞、凹陷、積水', 'Holes, puddles'),
        }),
      }),
      Type.Literal('tree', { ...asks({ title: t('行道樹', 'Street tree') }) }),
    ],
    { ...asks({ title: t('什麼壞了？', 'What is broken?') }) },
  ),
  danger: Type.Array(
    Type.Union([
      Type.Literal('wire', { ...asks({ title: t('有電線外露', 'Bare wires') }) }),
      Type.Literal('block', { ...asks({ title: t('擋住車道', 'Blocks the road') }) }),
    ]),
    { ...asks({ title: t('有沒有立即的危險？', 'Is there danger?') }) },
  ),
  what: Type.String({
    ...asks({
      title: t('發生什麼事', 'What happened'),
      hint: t('例如：燈桿編號、從什麼時候開始。', 'For example the pole’s number, since when.'),
    }),
    maxLength: 500,
  }),
  photos: Type.Optional(
    Type.Array(Type.String(), {
      ...asks({
        title: t('照片', 'Photographs'),
        hint: t('最多 5 張，送出前會縮小。', 'Up to 5; made smaller before sending.'),
        widget: 'photo',
      }),
    }),
  ),
  district: Type.String({
    ...asks({
      title: t('行政區', 'District'),
      widget: 'select',
      options: [
        { value: 'n', label: t('北區', 'North') },
        { value: 's', label: t('南區', 'South') },
      ],
    }),
  }),
  landmark: Type.String({
    ...asks({
      title: t('地址或地標', 'Address or landmark'),
      widget: 'datalist',
      options: [{ value: 'hall', label: t('市政府', 'City hall') }],
    }),
    maxLength: 100,
  }),
})

const moreSchema = Type.Object({
  person: Type.Object(
    {
      name: Type.String({
        ...asks({ title: t('姓名', 'Name'), autocomplete: 'name' }),
        maxLength: 40,
      }),
      phone: Type.Optional(
        Type.String({ ...asks({ title: t('電話', 'Phone'), widget: 'tel', autocomplete: 'tel' }) }),
      ),
      email: Type.String({ ...asks({ title: t('電子郵件', 'E-mail') }), format: 'email' }),
    },
    { ...asks({ title: t('怎麼聯絡您', 'How to reach you') }) },
  ),
  since: Type.String({ ...asks({ title: t('哪一天發現的', 'Since which day') }), format: 'date' }),
  visit: Type.Optional(
    Type.String({
      ...asks({ title: t('方便會勘的時間', 'Time for a visit') }),
      format: 'date-time',
    }),
  ),
  cost: Type.Integer({
    ...asks({ title: t('估計損失', 'Estimated loss'), unit: t('元', 'NT$') }),
  }),
  papers: Type.Optional(
    Type.Array(Type.String(), { ...asks({ title: t('附件', 'Papers'), widget: 'file' }) }),
  ),
  agree: Type.Boolean({
    ...asks({ title: t('我願意接受滿意度調查', 'You may ask me how it went') }),
  }),
})

/** A form freshly opened, and the same kind of form as it comes back with errors. */
export const FormsGuide = ({ view }: { view: View }): VNode => (
  <div class="columns">
    <div>
      <h2>{view.t('剛打開', 'Just opened')}</h2>
      <Form view={view} action="/style-guide" draft="guide" files>
        <Fields view={view} schema={faultSchema} values={{ kind: 'light' }} />
        <MapPicker view={view} outlineUrl="/outline.json" />
        <Buttons>
          <Button look="primary">{view.t('繼續', 'Continue')}</Button>
        </Buttons>
      </Form>
    </div>
    <div>
      <h2>{view.t('有錯誤而退回', 'Come back with errors')}</h2>
      <ErrorForm view={view} />
    </div>
  </div>
)

const ErrorForm = ({ view }: { view: View }) => {
  const errors = {
    'person.name': t('請填寫姓名，好讓承辦人知道怎麼稱呼您。', 'Write your name.'),
    since: t('這一天還沒到。請選今天或之前的日期。', 'That day has not come yet.'),
    cost: t('請只填數字，例如 12000。', 'Write a number, such as 12000.'),
    agree: t('請勾選或改用電話報修。', 'Tick the box, or report by phone.'),
  }
  const picture = view.assets.island('icon.svg')
  const stored = [
    { token: 'a1', name: view.t('燈桿正面.jpg', 'pole.jpg'), url: picture, image: true },
    { token: 'a2', name: view.t('收據.pdf', 'receipt.pdf'), url: picture, image: false },
  ]
  const values = {
    person: { email: 'someone@example.org' },
    since: '2020-11-28',
    cost: '一萬多',
    papers: stored,
  }
  return (
    <Form view={view} action="/style-guide" files>
      <ErrorSummary view={view} errors={errors} />
      <Fields view={view} schema={moreSchema} values={values} errors={errors} />
      <Buttons>
        <Button look="primary">{view.t('繼續', 'Continue')}</Button>
        <a href="#main">{view.t('回上一步', 'Back')}</a>
      </Buttons>
    </Form>
  )
}
