import type { VNode } from 'preact'
import type { StoredFile } from '../fields.ts'
import { widgetOf } from '../fields.ts'
import type { ControlProps } from './field.tsx'
import { Icon } from './icons.tsx'

/**
 * Files or photographs. What the server already keeps (`value`: StoredFile[]) is shown with a box
 * "keep": its token travels as `<name>.kept`, so a form that comes back loses no photograph and a
 * wrong one is taken out without JavaScript. Phones offer the camera by themselves for images.
 */
export const FileControl = (props: ControlProps): VNode => {
  const { view, property, name, id } = props
  const photo = widgetOf(property) === 'photo'
  const stored = storedFiles(props.value)
  const many = property.type === 'array'
  return (
    <>
      {stored.length > 0 ? (
        <ul class="kept">
          {stored.map((file) => (
            <Kept key={file.token} file={file} name={name} label={view.t('保留', 'Keep')} />
          ))}
        </ul>
      ) : null}
      <input
        class="box"
        type="file"
        id={id}
        name={name}
        multiple={many}
        accept={photo ? 'image/*' : undefined}
        required={props.required && stored.length === 0}
        aria-describedby={props.describedBy}
        aria-invalid={props.error ? 'true' : undefined}
        data-photo={photo ? '' : undefined}
      />
      {photo ? <ul class="kept" data-preview aria-live="polite" hidden /> : null}
    </>
  )
}

const Kept = ({ file, name, label }: { file: StoredFile; name: string; label: string }) => (
  <li>
    {file.image ? (
      <img src={file.url} alt={file.name} />
    ) : (
      <a class="paper" href={file.url}>
        <span>
          <Icon name="file" /> {file.name}
        </span>
      </a>
    )}
    <label class="choice">
      <input type="checkbox" name={`${name}.kept`} value={file.token} checked />
      <span>
        {label}
        <span class="sr-only"> {file.name}</span>
      </span>
    </label>
  </li>
)

const storedFiles = (value: unknown): readonly StoredFile[] => {
  const list = Array.isArray(value) ? value : value ? [value] : []
  return list.filter(
    (item): item is StoredFile => typeof item === 'object' && item !== null && 'token' in item,
  )
}
