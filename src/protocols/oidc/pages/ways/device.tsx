import type { DeviceWaiting } from '../../../../kernel/identity/methods/device.ts'
import { DeviceWait } from '../../../../web/components/device.tsx'
import type { Proving, Way } from './way.ts'

/** What this page waits for: a phone that was asked less than two minutes ago. */
export const deviceWaiting = ({ attempt }: Proving): DeviceWaiting | undefined =>
  attempt.waiting.device as DeviceWaiting | undefined

/** Asks the phone, then shows the number that is to be chosen there. */
export const DeviceWay: Way = ({ visit: { view }, here }) => {
  const waiting = deviceWaiting(here)
  if (!waiting)
    return (
      <p>
        {view.t(
          '先在手機上開啟「等我回答的登入」，再按下面的按鈕。',
          'Open “sign-ins that wait for me” on your phone, then press the button.',
        )}
      </p>
    )
  const { id } = here.attempt
  const at = id.startsWith('reset:') ? 'reset' : id
  return (
    <>
      <p>{view.t('請在手機上選這個數字：', 'Choose this number on your phone:')}</p>
      <p class="stat">
        <strong class="value">{waiting.number}</strong>
      </p>
      <p class="soft">
        {view.t(
          '兩分鐘內有效。不要把數字告訴任何人，市府不會打電話來問。',
          'It counts for two minutes. Tell it to nobody: the city never calls to ask.',
        )}
      </p>
      <DeviceWait view={view} url={`/sign-in/${at}/phone.json`} />
      <p>
        <button class="button" name="again" value="1" type="submit">
          {view.t('再傳一次', 'Send once more')}
        </button>
      </p>
    </>
  )
}
