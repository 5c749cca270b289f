// The packing list: what the page shows is what /api/packing says.
const list = document.querySelector("#things");
const form = document.querySelector("#add");
const problem = document.querySelector("#problem");

async function api(method, path, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json();
  problem.textContent = response.ok ? "" : answer.error;
  return answer;
}

function row(thing) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const box = document.createElement("input");
  const remove = document.createElement("button");
  box.type = "checkbox";
  box.checked = thing.packed;
  box.onchange = () => api("PATCH", `/api/packing/${thing.id}`, { packed: box.checked }).then(show);
  label.append(box, thing.name);
  remove.textContent = "×";
  remove.ariaLabel = `Leave ${thing.name} at home`;
  remove.onclick = () => api("DELETE", `/api/packing/${thing.id}`).then(show);
  item.append(label, remove);
  return item;
}

async function show() {
  const things = await (await fetch("/api/packing")).json();
  list.replaceChildren(...things.map(row));
  const packed = things.filter((thing) => thing.packed).length;
  document.querySelector("#count").textContent = `${packed} of ${things.length} packed`;
}

form.onsubmit = async (event) => {
  event.preventDefault();
  await api("POST", "/api/packing", { name: form.name.value });
  if (!problem.textContent) form.reset();
  show();
};

show();
