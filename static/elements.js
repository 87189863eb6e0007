// Small helpers of our scripts: an element with what is in it, and a dialog.

export function made (name, attributes, ...inside) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...inside)
  return element
}

export function button (text, act, classes = '') {
  const element = made('button', { type: 'button', class: `govuk-button ${classes}` }, text)
  element.addEventListener('click', act)
  return element
}

export function paragraph (...inside) {
  return made('p', { class: 'govuk-body' }, ...inside)
}

// A moment as people write it: 9:30am, as the pages have it.
export function timeOfDay (moment) {
  return new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true, timeZone: 'Europe/London' }).format(moment).replace(/\s/g, '').toLowerCase()
}

// A dialog over the page. It is read out once, holds the focus, and gives it back when it closes.
export function dialog (title, content, actions) {
  const heading = made('h2', { class: 'govuk-heading-m', id: 'dialog-title' }, title)
  const words = made('div', { id: 'dialog-words' }, ...content)
  const box = made('dialog', { class: 'app-dialog', role: 'alertdialog', 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-words' },
    heading, words, made('div', { class: 'govuk-button-group' }, ...actions))
  box.addEventListener('close', () => box.remove())
  document.body.append(box)
  box.showModal()
  return box
}
