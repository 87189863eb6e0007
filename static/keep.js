// Keeps what is typed in a form with `data-keep` until the form was sent and its act was done, and puts it back when the form is opened again.
import { button, made, paragraph, timeOfDay } from './elements.js'
import { keep, kept, page } from './store.js'

const UNKEPT = new Set(['hidden', 'password', 'file', 'submit', 'button'])
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/London' })

class Kept {
  constructor (form) {
    this.form = form
    // Two forms of one page that are sent to the same address have names of their own.
    this.name = `form:${addressOf(form)} ${form.dataset.keep}`
    this.first = this.read()
    this.wrote = JSON.stringify(this.first)
    form.addEventListener('input', () => this.typed())
    form.addEventListener('submit', () => this.sent())
  }

  get fields () {
    return [...this.form.elements].filter(field => field.name && (!UNKEPT.has(field.type) || field.name === 'served'))
  }

  // By name what is chosen or typed; `served` says over which text it was typed, so that nobody else's is overwritten.
  read () {
    const found = {}
    for (const field of this.fields) {
      found[field.name] ??= []
      if (isChoice(field) ? field.checked : true) found[field.name].push(field.value)
    }
    return found
  }

  write (values) {
    const left = structuredClone(values)
    for (const field of this.fields) {
      if (!(field.name in values)) continue
      if (isChoice(field)) field.checked = values[field.name].includes(field.value)
      else field.value = left[field.name].shift() ?? ''
      if (field.matches('textarea')) field.dispatchEvent(new Event('input')) // The count of characters listens.
    }
  }

  typed () {
    const values = this.read()
    const same = JSON.stringify(values) === this.wrote
    keep(this.name, same ? null : this.value(values))
    if (same) this.told?.remove()
  }

  value (values, sent = false) {
    return { values, sent, title: document.querySelector('h1')?.textContent.trim() || document.title, address: location.pathname + location.search }
  }

  sent () {
    const values = this.read()
    if (JSON.stringify(values) !== this.wrote) keep(this.name, this.value(values, true))
  }

  // A page that answers this form already shows what was typed, and what is wrong with it.
  open (found) {
    const mine = found.find(([name]) => name === this.name)
    if (mine?.[1].sent && 'answer' in page) {
      this.wrote = ''
      return keep(this.name, this.value(this.read()))
    }
    if (!mine || JSON.stringify(mine[1].values) === this.wrote) return
    this.write(mine[1].values)
    this.tell(mine[2])
  }

  tell (at) {
    const discard = button('Discard it', () => this.discard(), 'govuk-button--secondary govuk-!-margin-bottom-0')
    this.told = made('div', { class: 'govuk-inset-text', role: 'status', 'data-kept': '' },
      paragraph(`What you typed here on ${DAY.format(at)} at ${timeOfDay(at)} is back. It has not been sent.`), discard)
    this.form.prepend(this.told)
  }

  discard () {
    this.write(this.first)
    keep(this.name, null)
    this.told.remove()
    this.fields.find(field => field.type !== 'hidden')?.focus()
  }
}

function isChoice (field) {
  return field.type === 'radio' || field.type === 'checkbox'
}

// Not `form.action`: a field may have that name.
function addressOf (form) {
  return new URL(form.getAttribute('action') || location.pathname, location.origin).pathname
}

async function start () {
  const forms = [...document.querySelectorAll('form[data-keep]')].map(form => new Kept(form))
  const found = await kept('form:')
  // The act of the form that was sent before this page is done.
  const done = found.filter(([name, { sent }]) => sent && page.done && name.startsWith(`form:${page.done} `))
  for (const [name] of done) keep(name, null)
  const left = found.filter(one => !done.includes(one))
  for (const form of forms) form.open(left)
}

start()
