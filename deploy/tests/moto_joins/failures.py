"""The quota of new accounts, 3,008 MB for a function, and what CloudFormation does when something is refused:
it says why, and puts the stack back as it was. A first attempt that made a protected database can't be put back:
here all of it stays.
"""

from moto.cloudformation.models import Event, Stack

MOST_MB = 3008
create, update = Stack.create_resources, Stack.update


def refused(template):
    """The id of a function that has too much memory."""
    for logical_id, resource in template["Resources"].items():
        is_function = resource["Type"] == "AWS::Lambda::Function"
        if is_function and int(resource["Properties"].get("MemorySize", 128)) > MOST_MB:
            return logical_id
    return None


def is_protected(template):
    return any(one.get("Properties", {}).get("DeletionProtection") for one in template["Resources"].values())


def tell(stack, logical_id, status):
    reason = f"'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {MOST_MB}"
    event = Event(stack.stack_id, stack.name, logical_id, "", "AWS::Lambda::Function", status, reason, None)
    stack.events.append(event)


def create_or_go_back(self):
    logical_id = refused(self.template_dict)
    if logical_id is None:
        create(self)
        return
    tell(self, logical_id, "CREATE_FAILED")
    if is_protected(self.template_dict):
        create(self)
        self._add_stack_event("ROLLBACK_FAILED")
        self.status = "ROLLBACK_FAILED"
        return
    self._add_stack_event("ROLLBACK_COMPLETE")
    self.status = "ROLLBACK_COMPLETE"
    # moto makes a resource when it is asked for it, or for an output of it.
    self.resource_map._resource_json_map = {}
    self.output_map = {}


def update_or_go_back(self, template, *rest, **more):
    logical_id = refused(self.parse_template(template))
    if logical_id is None:
        update(self, template, *rest, **more)
        return
    self._add_stack_event("UPDATE_IN_PROGRESS", resource_status_reason="User Initiated")
    tell(self, logical_id, "UPDATE_FAILED")
    self.resource_map["Alias"].put_back(self.account_id, self.region_name)
    self._add_stack_event("UPDATE_ROLLBACK_COMPLETE")
    self.status = "UPDATE_ROLLBACK_COMPLETE"


Stack.create_resources = create_or_go_back
Stack.update = update_or_go_back
