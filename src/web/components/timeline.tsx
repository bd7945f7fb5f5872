import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { StoredFile } from '../fields.ts'
import type { View } from '../view.ts'
import { When } from './when.tsx'

/** One thing that happened to a case. */
export type TimelineEvent = {
  readonly at: Date
  readonly title: Text
  /** Who did it, as this reader may know it: an agency for citizens, a name for officers. */
  readonly actor: Text
  /** What was written, in the writer's own words. */
  readonly said?: string
  readonly photos?: readonly StoredFile[]
  /** Why it was done and until when, as pairs. */
  readonly notes?: readonly { readonly label: Text; readonly text: Text }[]
}

/** What happened, newest first. */
export const Timeline = (props: { view: View; events: readonly TimelineEvent[] }): VNode => {
  const { view, events } = props
  if (events.length === 0)
    return (
      <p class="soft">
        {view.t('還沒有進度。收到後會先出現在這裡。', 'Nothing yet. Each step will appear here.')}
      </p>
    )
  return (
    <ol class="timeline">
      {events.map((event) => (
        <Happening key={`${event.at.getTime()} ${event.title.zh}`} view={view} event={event} />
      ))}
    </ol>
  )
}

const Happening = ({ view, event }: { view: View; event: TimelineEvent }) => (
  <li>
    <h3>{pick(event.title, view.locale)}</h3>
    <p class="meta">
      <When view={view} at={event.at} time />
      {view.t('，', ', ')}
      {pick(event.actor, view.locale)}
    </p>
    {event.said ? <p class="said">{event.said}</p> : null}
    {event.notes?.length ? (
      <dl class="why">
        {event.notes.map((note) => (
          <NoteLine key={note.label.zh} view={view} note={note} />
        ))}
      </dl>
    ) : null}
    {event.photos?.length ? <Photos photos={event.photos} /> : null}
  </li>
)

const NoteLine = ({ view, note }: { view: View; note: { label: Text; text: Text } }) => (
  <>
    <dt>{pick(note.label, view.locale)}</dt>
    <dd>{pick(note.text, view.locale)}</dd>
  </>
)

/** Photographs as small pictures that open the whole one. */
export const Photos = ({ photos }: { photos: readonly StoredFile[] }): VNode => (
  <ul class="photos">
    {photos.map((photo) => (
      <li key={photo.token}>
        <a href={photo.url}>
          {photo.image ? <img src={photo.url} alt={photo.name} loading="lazy" /> : photo.name}
        </a>
      </li>
    ))}
  </ul>
)
