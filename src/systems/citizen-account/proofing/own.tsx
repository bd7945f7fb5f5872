import type { VNode } from 'preact'
import { pick } from '../../../core/i18n.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState, Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { codeMinutes } from './code.ts'
import { ownProofings, showCode } from './operations.ts'
import { documentNames, howWords, isSeen, levelWords, stateOf } from './words.ts'

type Own = Awaited<ReturnType<(typeof ownProofings)['run']>>

/** How sure the city is who the owner is, how it came to be, and what makes it surer. */
export async function identityPage(visit: Visit): Promise<Answer> {
  return { page: page(visit.view, await visit.perform(ownProofings, {})) }
}

/** The same page with eight digits to read to an officer; it is kept nowhere. */
export async function codePage(visit: Visit): Promise<Answer> {
  const { code } = await visit.perform(showCode, {})
  visit.reply.header('cache-control', 'no-store')
  return { page: page(visit.view, await visit.perform(ownProofings, {}), code) }
}

function page(view: View, own: Own, code?: string): VNode {
  const title = view.t('我的身分查驗', 'How my identity was checked')
  return (
    <Page view={view} title={title}>
      <Breadcrumbs
        view={view}
        items={[{ href: '/account', label: { zh: '我的帳號', en: 'My account' } }]}
      />
      <h1>{title}</h1>
      {code ? <Code view={view} code={code} /> : null}
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '名字', en: 'Name' }, answer: view.person?.name },
          {
            label: { zh: '身分等級', en: 'Identity level' },
            answer: pick(levelWords[own.level], view.locale),
          },
        ]}
      />
      <h2>{view.t('查驗紀錄', 'What was checked')}</h2>
      <History view={view} own={own} />
      <h2>{view.t('查驗身分', 'Have it checked')}</h2>
      <p>
        {view.t(
          '有自然人憑證和讀卡機，現在就能在網路上查驗，等級最高。',
          'With your certificate and a card reader it is done online now, at the highest level.',
        )}
      </p>
      <Buttons>
        <ButtonLink href={view.href('/account/methods/certificate')}>
          {view.t('用自然人憑證查驗', 'Use my certificate')}
        </ButtonLink>
      </Buttons>
      <p>
        {view.t(
          '也可以帶附照片的證件到服務台。到了櫃檯再按下面的按鈕，把代碼唸給同仁。',
          'Or bring a document with a photograph to a counter. Show the code there, not before.',
        )}
      </p>
      <Form view={view} action="/account/identity/code" leaves>
        <Buttons>
          <Button>{view.t('顯示代碼', 'Show my code')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
}

const Code = ({ view, code }: { view: View; code: string }) => (
  <Notice tone="info" title={view.t('給服務台同仁的代碼', 'The code for the officer')}>
    <p class="lead">
      <strong data-code>{`${code.slice(0, 4)} ${code.slice(4)}`}</strong>
    </p>
    <p>
      {view.t(
        `${codeMinutes} 分鐘內有效，只能用一次。不要告訴櫃檯以外的人；市府不會打電話來問。`,
        `It lasts ${codeMinutes} minutes, once. Tell the officer only; nobody phones for it.`,
      )}
    </p>
  </Notice>
)

const History = ({ view, own }: { view: View; own: Own }) => (
  <DataTable
    view={view}
    caption={view.t('查驗紀錄', 'What was checked')}
    hideCaption
    rows={own.proofings}
    rowKey={({ id }) => id}
    empty={<EmptyState title={view.t('還沒有查驗過', 'Nothing was checked yet')} />}
    columns={[
      {
        key: 'how',
        label: { zh: '方式', en: 'How' },
        cell: ({ how, evidence }) => (
          <>
            {pick(howWords[how], view.locale)}
            {isSeen(evidence)
              ? view.t(
                  `：${documentNames[evidence.document].zh}，末四碼 ${evidence.lastFour}`,
                  `: ${documentNames[evidence.document].en}, ends in ${evidence.lastFour}`,
                )
              : view.t(`：${evidence.issuer}`, `: ${evidence.issuer}`)}
          </>
        ),
      },
      {
        key: 'level',
        label: { zh: '等級', en: 'Level' },
        cell: ({ level }) => String(level),
      },
      {
        key: 'at',
        label: { zh: '時間', en: 'When' },
        cell: ({ at, first_at }) => <When view={view} at={at ?? first_at} time />,
      },
      {
        key: 'state',
        label: { zh: '狀態', en: 'State' },
        cell: (one) => pick(stateOf(one), view.locale),
      },
    ]}
  />
)
