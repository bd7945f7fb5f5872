import type { VNode } from 'preact'
import { Button, ButtonLink, Buttons } from '../components/button.tsx'
import { Icon, iconNames } from '../components/icons.tsx'
import type { Tone } from '../components/tags.tsx'
import { ClockBadge, StateTag } from '../components/tags.tsx'
import { When } from '../components/when.tsx'
import { EmptyState, Notice, Steps, Tabs } from '../components/words.tsx'
import type { View } from '../view.ts'
import { clocks, noon } from './samples.ts'

/** Type, buttons, drawings, tags, clocks, notices, empty and forbidden states. */
export const ElementsGuide = ({ view }: { view: View }): VNode => (
  <>
    <Type view={view} />
    <h2>{view.t('按鈕', 'Buttons')}</h2>
    <Buttons>
      <Button look="primary">{view.t('送出報修', 'Send the report')}</Button>
      <Button>{view.t('存成草稿', 'Save as draft')}</Button>
      <Button look="danger">{view.t('撤回案件', 'Withdraw')}</Button>
      <ButtonLink href="#main" icon="download">
        {view.t('匯出', 'Export')}
      </ButtonLink>
      <Button disabled>{view.t('尚未開放', 'Not open yet')}</Button>
      <Button look="plain">{view.t('不用了', 'No thanks')}</Button>
    </Buttons>
    <h2>{view.t('圖示', 'Drawings')}</h2>
    <p class="row">
      {iconNames.map((name) => (
        <Icon key={name} name={name} />
      ))}
    </p>
    <Marks view={view} />
    <Messages view={view} />
  </>
)

const Type = ({ view }: { view: View }) => (
  <div class="measure">
    <h2>{view.t('這座城市，為您把事情辦好', 'A city that gets things done for you')}</h2>
    <p>
      {view.t(
        '路燈不亮、路面破洞、水溝堵塞，三分鐘就能告訴我們。您會拿到一個案號，之後',
        'A dark street light, a hole in the road, a blocked drain: tell us in three minutes. ' +
          'You get a number, and then ',
      )}
      <em>{view.t('每一步都查得到', 'you can follow each step')}</em>
      {view.t('。最近更新：', '. Last updated: ')}
      <When view={view} at={noon} time />
      {view.t('。詳細說明請看', '. Read more in ')}
      <a href="#main">{view.t('常見問題', 'the questions')}</a>
      {view.t('。', '.')}
    </p>
    <details>
      <summary>{view.t('為什麼要留電話？', 'Why do you ask for my phone?')}</summary>
      <p>
        {view.t(
          '承辦人找不到地點時會打給您，其他用途一律不用。',
          'The officer calls when the place cannot be found, and for nothing else.',
        )}
      </p>
    </details>
  </div>
)

const Marks = ({ view }: { view: View }) => {
  const tags: readonly [Tone, string, string][] = [
    ['info', '處理中', 'In hand'],
    ['ok', '已完成', 'Done'],
    ['soon', '等待補正', 'Waiting for you'],
    ['late', '逾期', 'Overdue'],
    ['rest', '暫停', 'Paused'],
  ]
  return (
    <>
      <h2>{view.t('狀態與時鐘', 'States and clocks')}</h2>
      <p class="row">
        {tags.map(([tone, zh, en]) => (
          <StateTag key={tone} view={view} tone={tone} label={{ zh, en }} />
        ))}
      </p>
      <p class="row">
        {clocks.map((clock) => (
          <ClockBadge key={clock.text.zh} view={view} clock={clock} />
        ))}
      </p>
      <Steps view={view} step={2} of={4} name={view.t('在哪裡', 'Where it is')} />
      <Tabs
        view={view}
        label={view.t('收件匣', 'Inbox')}
        items={[
          { href: '/desk', label: { zh: '我的', en: 'Mine' }, count: 12, current: true },
          { href: '/desk/agency', label: { zh: '本機關', en: 'My agency' }, count: 486 },
          { href: '/desk/closed', label: { zh: '已結案', en: 'Closed' } },
        ]}
      />
    </>
  )
}

const Messages = ({ view }: { view: View }) => (
  <>
    <Notice tone="info" title={view.t('辦公時間外也能送出', 'You can send this at any hour')}>
      <p>{view.t('下一個上班日開始計時。', 'The clock starts on the next office day.')}</p>
    </Notice>
    <Notice tone="late" title={view.t('目前沒有網路', 'There is no network')}>
      <p>
        {view.t(
          '您寫的內容存在這個瀏覽器裡，連上網路後再送出。',
          'What you wrote is kept in this browser. Send it when you are back online.',
        )}
      </p>
    </Notice>
    <div class="columns">
      <EmptyState title={view.t('還沒有案件', 'No cases yet')}>
        <p>
          {view.t(
            '您送出的報修與陳情會排在這裡，最新的在上面。',
            'Reports and petitions that you send will stand here, the newest first.',
          )}
        </p>
        <ButtonLink href="#main" icon="arrow">
          {view.t('開始報修', 'Report a fault')}
        </ButtonLink>
      </EmptyState>
      <EmptyState icon="lock" title={view.t('這一頁需要權限', 'You may not see this page')}>
        <p>
          {view.t(
            '您的帳號沒有查看這件事的權限，請洽貴機關的管理者。',
            'Your account may not see this. Ask the administrator of your agency.',
          )}
        </p>
      </EmptyState>
    </div>
  </>
)
