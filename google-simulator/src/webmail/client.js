// The webmail's script: refreshing, the editor, sending.
document.querySelector('#accounts [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });

const live = document.getElementById('live');
if (live) {
  let version = live.dataset.version;
  const look = async () => {
    if (!document.hidden) {
      try {
        const { version: now } = await (await fetch('/mail/version')).json();
        if (now !== version) await refresh();
      } catch {
        // The simulator is not reachable; try again.
      }
    }
    setTimeout(look, 1000);
  };
  const refresh = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const fresh = page.getElementById('live');
    version = fresh.dataset.version;
    for (const id of ['live', 'accounts']) {
      const [old, next] = [document.getElementById(id), page.getElementById(id)];
      if (old.innerHTML !== next.innerHTML) old.innerHTML = next.innerHTML;
    }
    fitFrames();
  };
  setTimeout(look, 1000);
}

/** Fits a frame to the height of its message. The frame is same-origin but may not run scripts. */
function fitFrames() {
  for (const frame of document.querySelectorAll('article iframe')) {
    const fit = () => {
      const root = frame.contentDocument?.documentElement;
      if (root) frame.style.height = `${root.scrollHeight + 4}px`;
    };
    frame.addEventListener('load', () => {
      fit();
      for (const image of frame.contentDocument?.images ?? []) image.addEventListener('load', fit);
    });
    fit();
  }
}
fitFrames();

const form = document.getElementById('compose');
if (form) {
  const editor = document.getElementById('editor');
  const wrong = document.getElementById('wrong');
  const attached = document.getElementById('attached');
  const files = [];

  for (const button of form.querySelectorAll('[data-command]')) {
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      const { command } = button.dataset;
      const value = command === 'createLink' ? prompt('Address of the link', 'https://') : undefined;
      editor.focus();
      if (value !== null) document.execCommand(command, false, value);
    });
  }

  const insertImage = (file) =>
    new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => {
        editor.focus();
        const image = document.createElement('img');
        image.src = reader.result;
        image.alt = file.name;
        document.execCommand('insertHTML', false, image.outerHTML);
        resolve();
      };
      reader.readAsDataURL(file);
    });
  document.getElementById('image').addEventListener('change', async (event) => {
    for (const file of event.target.files) await insertImage(file);
    event.target.value = '';
  });
  editor.addEventListener('paste', (event) => {
    const images = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'));
    if (images.length === 0) return;
    event.preventDefault();
    for (const file of images) insertImage(file);
  });
  document.getElementById('files').addEventListener('change', (event) => {
    for (const file of event.target.files) {
      files.push(file);
      const chip = document.createElement('li');
      chip.append(Object.assign(document.createElement('span'), { textContent: file.name }));
      attached.append(chip);
    }
    event.target.value = '';
  });

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button.primary');
    button.disabled = true;
    wrong.textContent = '';
    const body = new FormData(form);
    body.delete('pick');
    body.set('html', editor.innerHTML);
    // biome-ignore lint/performance/useDomNodeTextContent: the rendered line breaks are needed
    body.set('text', editor.innerText);
    for (const file of files) body.append('attachment', file);
    try {
      const answer = await (await fetch(form.action, { method: 'POST', body })).json();
      if (answer.location) location.assign(answer.location);
      else wrong.textContent = answer.error;
    } catch {
      wrong.textContent = 'The simulator did not answer. Is it still running? What you wrote is still here.';
    }
    button.disabled = false;
  });
}
