/* Files by dragging, pasting or choosing: sent one by one, each with its own progress. */
const READY = "等待上传";

function line(list, name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("progress");
  label.textContent = `${name}：${READY}`;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(label, bar);
  list.append(item);
  return {
    state(text) {
      label.textContent = `${name}：${text}`;
    },
    progress(part) {
      bar.value = part;
    },
    end(text, good) {
      item.className = good ? "is-success" : "is-danger";
      item.replaceChildren(label);
      label.textContent = text;
    },
  };
}

function body(form, file) {
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "version_of", "caption"]) {
    if (form.elements[name]) data.append(name, form.elements[name].value);
  }
  data.append("files", file, file.name);
  data.append("complete", "1"); // last: the server sees by it that nothing is missing
  return data;
}

function send(form, file, shown) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      const part = event.total ? event.loaded / event.total : 0;
      shown.progress(part);
      shown.state(part < 1 ? `正在上传 ${Math.round(part * 100)}%` : "正在检查");
    });
    request.addEventListener("load", () => resolve(request.response || {}));
    for (const fault of ["error", "abort", "timeout"]) {
      request.addEventListener(fault, () => resolve({}));
    }
    shown.state("正在上传");
    request.send(body(form, file));
  });
}

function tell(shown, file, answer) {
  if (!answer.saved) {
    shown.end(`“${file.name}”没有上传：网络中断或登录已失效。请刷新页面后重试。`, false);
  } else if (answer.refused.length) {
    shown.end(answer.refused.join(""), false);
  } else {
    shown.end([`已上传：${answer.saved.join("、")}`, ...answer.notes].join(" "), true);
  }
}

function showList(panel, answer) {
  const list = panel.querySelector("[data-attachments-list]");
  if (!list || answer.list === undefined) return;
  list.innerHTML = answer.list;
  const total = panel.querySelector("[data-attachments-total]");
  if (total) total.textContent = answer.total;
}

function tooLarge(form, file) {
  return file.size > Number(form.dataset.maxBytes);
}

function refuseLarge(form, file, shown) {
  shown.end(form.dataset.tooLarge.replace("文件名", () => file.name), false);
}

async function upload(panel, form, files) {
  const list = form.querySelector("[data-upload-progress]");
  list.replaceChildren();
  const waiting = files.map((file) => [file, line(list, file.name)]);
  let good = true;
  for (const [file, shown] of waiting) {
    if (tooLarge(form, file)) {
      refuseLarge(form, file, shown);
      good = false;
      continue;
    }
    const answer = await send(form, file, shown);
    tell(shown, file, answer);
    showList(panel, answer);
    good &&= Boolean(answer.saved?.length);
  }
  const back = form.dataset.uploadDone;
  if (good && back) window.location.assign(back);
}

/* Pictures from the clipboard all have the same name: the time tells them apart. */
function pasted(file, index) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000);
  const time = now.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "");
  const ending = file.name.split(".").pop();
  const more = index ? ` ${index + 1}` : "";
  return new File([file], `粘贴图片 ${time}${more}.${ending}`, { type: file.type });
}

function typing(target) {
  return target instanceof Element && target.closest("input:not([type=file]), textarea, [contenteditable]");
}

function hasFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

function prepare(panel, form) {
  const zone = form.querySelector("[data-upload-zone]");
  const take = (files) => files.length && upload(panel, form, files);
  form.querySelector("[data-upload-hint]").hidden = false;
  form.classList.add("upload--live");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelectorAll("input[type=file]").forEach((input) => {
    input.addEventListener("change", () => {
      take([...input.files]);
      input.value = "";
    });
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || typing(event.target)) return;
    event.preventDefault();
    take(files.map(pasted));
  });
  // A file that misses the zone would replace the page: the whole window takes it.
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("is-over");
  });
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("is-over");
    take([...event.dataTransfer.files]);
  });
}

export function uploadFiles() {
  const panel = document.querySelector("[data-attachments]");
  const form = panel?.querySelector("[data-upload]");
  if (form) prepare(panel, form);
}
