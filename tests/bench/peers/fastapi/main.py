"""A task list as FastAPI's documentation teaches it: HTTPBearer, PyJWT, async SQLAlchemy, response models."""

import os
import uuid
from datetime import datetime
from typing import List, Optional

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from sqlalchemy import Column, DateTime, Integer, Text, select
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, sessionmaker
from sqlalchemy.sql import func, text

engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=10, max_overflow=0)
SessionLocal = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
Base = declarative_base()


class Task(Base):
    __tablename__ = "task"

    id = Column(UUID(as_uuid=True), primary_key=True, server_default=text("uuidv7()"))
    owner_id = Column(UUID(as_uuid=True), nullable=False)
    project_id = Column(UUID(as_uuid=True))
    assignee_id = Column(UUID(as_uuid=True))
    title = Column(Text, nullable=False)
    description = Column(Text, nullable=False, server_default="")
    status = Column(Text, nullable=False, server_default="todo")
    priority = Column(Text, nullable=False, server_default="normal")
    due_at = Column(DateTime(timezone=True))
    position = Column(Text, nullable=False, server_default="a0")
    version = Column(Integer, nullable=False, server_default="1")
    created_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    updated_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())

    __mapper_args__ = {"eager_defaults": True}


class TaskCreate(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=10_000)


class TaskOut(BaseModel):
    id: uuid.UUID
    owner_id: uuid.UUID
    project_id: Optional[uuid.UUID]
    assignee_id: Optional[uuid.UUID]
    title: str
    description: str
    status: str
    priority: str
    due_at: Optional[datetime]
    position: str
    version: int
    created_at: datetime
    updated_at: datetime

    class Config:
        orm_mode = True


app = FastAPI()
bearer = HTTPBearer()


async def get_db():
    async with SessionLocal() as session:
        yield session


async def current_user(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> uuid.UUID:
    try:
        claims = jwt.decode(
            credentials.credentials,
            os.environ["JWT_SECRET"],
            algorithms=["HS256"],
            options={"require": ["exp", "sub"]},
        )
        return uuid.UUID(claims["sub"])
    except (jwt.PyJWTError, ValueError):
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED, detail="Could not validate credentials")


@app.get("/tasks", response_model=List[TaskOut])
async def list_tasks(
    limit: int = Query(50, ge=1, le=100),
    user: uuid.UUID = Depends(current_user),
    db: AsyncSession = Depends(get_db),
):
    query = select(Task).where(Task.owner_id == user).order_by(Task.id.desc()).limit(limit)
    return (await db.execute(query)).scalars().all()


@app.post("/tasks", response_model=TaskOut, status_code=201)
async def create_task(
    given: TaskCreate,
    user: uuid.UUID = Depends(current_user),
    db: AsyncSession = Depends(get_db),
):
    task = Task(owner_id=user, **given.dict())
    db.add(task)
    await db.commit()
    return task
