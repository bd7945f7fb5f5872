import type { VNode } from 'preact'
import { pick } from '../../../core/i18n.ts'
import { type Method, methodNames } from '../../../kernel/identity/levels.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { listWays } from './operations.ts'
import { waysPath } from './pages-confirm.ts'

/** One way to sign in, as its owner sees it. */
export type OwnWay = Awaited<ReturnType<(typeof listWays)['run']>>[number]

/** What it is called: the owner's name for it, else its kind. */
export const wayName = (view: View, { method, label }: OwnWay): string =>
  label === '' ? pick(methodNames[method], view.locale) : label

/** Every way by which the owner signs in, and what can be added. */
export async function showWays(visit: Visit): Promise<Answer> {
  const { view } = visit
  const ways = await visit.perform(listWays, {})
  const title = view.t('我的登入方式', 'My ways to sign in')
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <p class="soft">
          {view.t(
            '有兩種以上，手機掉了也能登入。新增或移除前，會請您再確認一次是您本人。',
            'With two or more you get in even if a phone is lost. Changes ask to confirm first.',
          )}
        </p>
        <Table view={view} ways={ways} />
        <p>
          <a href={view.href(`${waysPath}/password`)}>
            {ways.some(({ method }) => method === 'password')
              ? view.t('更改密碼', 'Change the password')
              : view.t('設定密碼', 'Set a password')}
          </a>
        </p>
        {ways.some(({ method }) => method === 'device') ? (
          <p>
            <a href={view.href('/account/approve')}>
              {view.t('等我回答的登入', 'Sign-ins that wait for me')}
            </a>
          </p>
        ) : null}
        <Adding view={view} ways={ways} />
      </Page>
    ),
  }
}

const Table = ({ view, ways }: { view: View; ways: readonly OwnWay[] }): VNode => (
  <DataTable
    view={view}
    caption={view.t('登入方式', 'Ways to sign in')}
    hideCaption
    rows={ways}
    rowKey={({ id }) => id}
    empty={<EmptyState title={view.t('還沒有登入方式', 'No ways yet')} />}
    columns={[
      {
        key: 'name',
        label: { zh: '名稱', en: 'Name' },
        cell: (way) => <a href={view.href(`${waysPath}/${way.id}`)}>{wayName(view, way)}</a>,
      },
      {
        key: 'kind',
        label: { zh: '種類', en: 'Kind' },
        cell: (way) => (
          <>
            {pick(methodNames[way.method], view.locale)}
            {way.left === null ? null : view.t(`，剩 ${way.left} 組`, `, ${way.left} left`)}
            {way.flagged ? (
              <StateTag
                view={view}
                tone="late"
                label={{ zh: '可能被複製', en: 'May have been copied' }}
              />
            ) : null}
          </>
        ),
      },
      {
        key: 'added',
        label: { zh: '新增於', en: 'Added' },
        cell: ({ addedAt }) => <When view={view} at={addedAt} />,
      },
      {
        key: 'used',
        label: { zh: '上次使用', en: 'Last used' },
        cell: ({ usedAt }) =>
          usedAt ? <When view={view} at={usedAt} time /> : view.t('還沒用過', 'Not yet'),
      },
    ]}
  />
)

const addable: readonly { method: Method; path: string; zh: string; en: string }[] = [
  {
    method: 'passkey',
    path: '/passkey',
    zh: '用裝置的指紋、臉或螢幕鎖登入，最安全也最快。',
    en: 'Your device’s finger, face or screen lock: the safest way and the quickest.',
  },
  {
    method: 'certificate',
    path: '/certificate',
    zh: '用讀卡機和自然人憑證登入，等級最高，同時查驗您的身分。',
    en: 'Your card and a reader: the highest level, and it checks who you are.',
  },
  {
    method: 'totp',
    path: '/totp',
    zh: '手機上的驗證 App 每三十秒一組數字，不用網路。',
    en: 'An app on your phone shows a number every thirty seconds, without a network.',
  },
  {
    method: 'device',
    path: '/device',
    zh: '在別處登入時，在這支手機上選同一個數字就好。',
    en: 'When you sign in elsewhere, choose the same number on this phone.',
  },
  {
    method: 'recovery',
    path: '/recovery',
    zh: '十組印在紙上的碼，手機不在身邊時代替第二步。',
    en: 'Ten codes on paper, which stand in for the second step when your phone is away.',
  },
]

const Adding = ({ view, ways }: { view: View; ways: readonly OwnWay[] }): VNode => (
  <section>
    <h2>{view.t('新增', 'Add')}</h2>
    {addable.map(({ method, path, zh, en }) => (
      <p key={method}>
        <a href={view.href(`${waysPath}${path}`)}>{pick(methodNames[method], view.locale)}</a>
        <br />
        <span class="soft">{view.t(zh, en)}</span>
      </p>
    ))}
    {ways.length === 1 ? (
      <Notice tone="soon" title={view.t('只有一種登入方式', 'Only one way to sign in')}>
        <p>{view.t('建議再新增一種。', 'We suggest that you add another.')}</p>
      </Notice>
    ) : null}
  </section>
)

/** The name by which an owner tells their ways apart. */
export const labelQuestion = {
  type: 'string',
  title: { zh: '名稱', en: 'Name' },
  hint: { zh: '方便您辨認，例如「我的手機」。', en: 'To know it again, such as “my phone”.' },
  maxLength: 40,
  widget: 'text',
} as const

const renaming: ObjectSchema = { properties: { label: labelQuestion } }

/** One way: its name, and its end. */
export function wayPage(visit: Visit, way: OwnWay, errors: Errors = {}): VNode {
  const { view } = visit
  const title = wayName(view, way)
  const action = `${waysPath}/${way.id}`
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={`${action}/name`}>
        <Fields view={view} schema={renaming} values={{ label: way.label }} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('儲存名稱', 'Save the name')}</Button>
          <ButtonLink href={view.href(waysPath)}>{view.t('返回', 'Back')}</ButtonLink>
        </Buttons>
      </Form>
      <h2>{view.t('移除', 'Remove')}</h2>
      {way.last ? (
        <p>
          {view.t(
            '這是唯一能登入的方式，所以不能移除。請先新增另一種。',
            'This is the only way to sign in, so it stays. Add another one first.',
          )}
        </p>
      ) : (
        <Form view={view} action={`${action}/end`} leaves>
          <p>
            {view.t(
              '移除後馬上不能再用它登入，其他裝置上的登入也會結束。',
              'It stops at once, and your sessions on other devices end.',
            )}
          </p>
          <Buttons>
            <Button look="danger">{view.t('移除', 'Remove')}</Button>
          </Buttons>
        </Form>
      )}
    </Page>
  )
}
