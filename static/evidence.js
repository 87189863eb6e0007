// Writes the evidence of a standard upon clicks: a document and a place in it, or what stands above. The text is the record: nothing is read
// from it again. Keys are the tool's own. Whatever is written fires `input`, so that it is saved like what is typed.
import { made } from './elements.js'

class Evidence {
  constructor (form) {
    this.form = form
    this.base = form.closest('[data-base]').dataset.base
    this.another = form.querySelector('[data-new-document]')
    this.told = made('p', { class: 'govuk-visually-hidden', role: 'status' })
    form.append(this.told)
    form.querySelectorAll('[data-plain]').forEach(part => { part.hidden = true })
    form.querySelectorAll('[data-tools]').forEach(part => { part.hidden = false })
    form.addEventListener('click', event => this.clicked(event))
    form.addEventListener('keydown', event => this.pressed(event))
    form.addEventListener('focusout', event => this.left(event))
    document.addEventListener('submit', () => this.places.forEach(place => this.add(place.closest('[data-evidence]'))), true)
  }

  get places () {
    return [...this.form.querySelectorAll('[data-evidence] [data-place]')]
  }

  clicked ({ target }) {
    const here = target.closest('[data-evidence]')
    if (!here) return
    const chip = target.closest('[data-pick]')
    if (chip) return this.pick(here, chip)
    if (target.closest('[data-add]')) return this.add(here)
    if (target.closest('[data-above]')) return this.above(here, target.closest('[data-above]'))
    if (target.closest('[data-another]')) return this.open(here)
    if (target.closest('[data-list]')) return this.list(here)
    if (target.closest('[data-close]')) return this.close(here)
  }

  // Only where the tool's own keys have not acted.
  pressed (event) {
    if (event.key !== 'Enter' || event.defaultPrevented) return
    const here = event.target.closest('[data-evidence]')
    if (event.target.matches('[data-place]')) this.add(here)
    else if (event.target.matches('[data-part]')) this.list(here)
    else return
    event.preventDefault()
  }

  // What was picked and not added yet is added when the hand goes on.
  left ({ target, relatedTarget }) {
    const here = target.closest('[data-evidence]')
    if (here && relatedTarget && !here.contains(relatedTarget)) this.add(here)
  }

  pick (here, chip) {
    const chosen = chip.getAttribute('aria-pressed') !== 'true'
    for (const other of here.querySelectorAll('[data-pick]')) other.setAttribute('aria-pressed', String(chosen && other === chip))
    if (chosen) here.querySelector('[data-place]').focus()
  }

  add (here) {
    const chip = here.querySelector('[data-pick][aria-pressed="true"]')
    const place = here.querySelector('[data-place]')
    const said = [chip?.dataset.pick, placed(place.value)].filter(Boolean).join(', ')
    if (!said) return
    chip?.setAttribute('aria-pressed', 'false')
    place.value = ''
    this.write(here, said, '; ')
  }

  // The standard above may be on another page: then there is no button.
  above (here, button) {
    const text = this.form.querySelector(`[data-evidence-text][name="${CSS.escape(button.dataset.above)}-evidence"]`)?.value.trim()
    if (!text) return this.tell('Nothing is written above yet.')
    this.write(here, text, '\n')
  }

  write (here, said, between) {
    const text = here.querySelector('[data-evidence-text]')
    const before = text.value.trimEnd()
    text.value = before ? before + between + said : said
    text.dispatchEvent(new Event('input', { bubbles: true }))
    this.tell(`Added to the evidence: ${said}`)
  }

  tell (sentence) {
    this.told.textContent = sentence
  }

  open (here) {
    here.querySelector('[data-tools]').append(this.another)
    this.wrong('')
    this.another.hidden = false
    here.querySelector('[data-another]').setAttribute('aria-expanded', 'true')
    this.another.querySelector('[data-part="label"]').focus()
  }

  close (here) {
    this.another.hidden = true
    const button = here.querySelector('[data-another]')
    button.setAttribute('aria-expanded', 'false')
    button.focus()
  }

  wrong (sentence) {
    const said = this.another.querySelector('[data-wrong]')
    said.textContent = sentence
    said.hidden = !sentence
  }

  async list (here) {
    const boxes = [...this.another.querySelectorAll('[data-part]')]
    const body = JSON.stringify(Object.fromEntries(boxes.map(box => [box.dataset.part, box.value])))
    let response, answer
    try {
      response = await fetch(`${this.base}/documents`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body })
      answer = await response.json()
    } catch {
      return this.wrong('Not listed: there is no connection. Try again when there is.')
    }
    if (!response.ok) return this.wrong(answer.detail || 'Not listed. Open the page again, and try once more.')
    const label = boxes[0].value.trim()
    this.show(answer.documents)
    boxes.forEach(box => { box.value = '' })
    if (answer.remark) this.wrong(answer.remark)
    else this.close(here)
    this.tell(`${label} is listed.`)
    const chip = [...here.querySelectorAll('[data-pick]')].find(one => one.firstChild.textContent.trim().toLowerCase() === label.toLowerCase())
    if (chip && !answer.remark) this.pick(here, chip)
  }

  // The same list at every standard; what is chosen stays chosen.
  show (documents) {
    for (const line of this.form.querySelectorAll('[data-evidence] .app-documents')) {
      const chosen = line.querySelector('[data-pick][aria-pressed="true"]')?.dataset.pick
      line.querySelectorAll('[data-pick]').forEach(old => old.remove())
      line.prepend(...documents.map(({ label, says }, place) => chipOf(label, says, place + 1, says === chosen)))
    }
  }
}

function chipOf (label, says, digit, chosen) {
  const chip = made('button', { type: 'button', class: 'app-chip', 'aria-pressed': String(chosen), 'data-pick': says }, label)
  if (digit > 9) return chip
  chip.dataset.digit = digit
  chip.append(made('kbd', { class: 'app-key', 'aria-hidden': 'true' }, String(digit)))
  return chip
}

// "4" is a paragraph, "4-6, 9" are several; anything else stays as it is typed.
function placed (typed) {
  const place = typed.trim()
  if (!/^\d+(\s*[-–,]\s*\d+)*$/.test(place)) return place
  return `${/^\d+$/.test(place) ? 'paragraph' : 'paragraphs'} ${place}`
}

const form = document.querySelector('[data-base] form[data-answers]')
if (form?.querySelector('[data-evidence]')) new Evidence(form)
